import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { translate } from '../../../schemas/conversion/translate.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { without } from '../../../schemas/validation/unsound.ts'
import { FAKE } from '../fake-version.ts'
import { V1BETA1 } from '../v1beta1/version.ts'

const MANY = 500

/** Foreign members, each of which no spec may hold, and as many that one may. */
function foreign(members: number): Record<string, unknown> {
  const entries = Array.from({ length: members }, (_, index) => [
    [`unsafe${index}`, { '\u0000': 'x' }],
    [`unknown${index}`, 'x'],
  ])
  return Object.fromEntries(entries.flat())
}

/** What translating it takes: members that are gone through at a time, and spellings that are looked up. */
function workOf(spec: Record<string, unknown>, version: ApiVersion, to: ApiVersion) {
  let [members, lookups] = [0, 0]
  const counted: ApiVersion = {
    ...version,
    aliases: new Proxy(version.aliases, {
      getOwnPropertyDescriptor: (target, name) => {
        lookups += 1
        return Reflect.getOwnPropertyDescriptor(target, name)
      },
    }),
    normalise: (given, writing) => {
      members = Math.max(members, Object.keys(given).length)
      return version.normalise(given, writing)
    },
    withDefaults: (given) => {
      members = Math.max(members, Object.keys(given).length)
      return version.withDefaults(given)
    },
  }
  return { said: translate(spec, counted, to), members, lookups }
}

t.test('members that a version does not know cost nothing each', async (t) => {
  for (const [version, to] of [
    [V1ALPHA3, V1BETA1],
    [V1BETA1, V1ALPHA3],
    [FAKE, V1BETA1],
  ] as const) {
    t.same(workOf(foreign(MANY), version, to), workOf({}, version, to), version.name)
  }
})

t.test('fields that are unsound are found among them', async (t) => {
  const { said } = workOf({ ...foreign(10), memcachedPoolSize: 'three' }, V1ALPHA3, V1BETA1)
  t.match(said, { memcached: { shards: 'three' } })
})

t.test('taking fields out leaves all others as they are, in lists too', async (t) => {
  const spec = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }, 4], d: 5, e: 6 }
  t.strictSame(
    without(spec, [
      ['a', 'b'],
      ['a', 'c'],
      ['list', 0, 'x'],
      ['list', 0, 'y'],
      ['list', 1, 'x'],
      ['d'],
      ['d', 'e'],
      ['z'],
      [],
    ]),
    { a: {}, list: [{}, {}, 4], e: 6 },
  )
  t.equal(without(spec, []), spec)
})
