import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { effort } from '../../../testing/effort.ts'
import { at } from '../../support/at.ts'
import { objectOf, said } from './judged.ts'
import { BOTH, V1BETA1 } from './version.ts'
import { ACCEPTED_ZONES, REFUSED_ZONES, ZONED } from './zones-specs.ts'

const CONSENT = 'mcrouter.example.com/consent'

/** What is said of an update, and what is stored and warned of. */
function updated(before: JsonObject, now: JsonObject, consent?: string) {
  const annotations = consent === undefined ? {} : { annotations: { [CONSENT]: consent } }
  const first = judge(objectOf(before), { versions: BOTH })
  assert(first.accepted)
  const judgement = judge(objectOf(now, annotations), { versions: BOTH, stored: objectOf(first.spec) })
  return judgement.accepted
    ? { spec: judgement.spec, warnings: judgement.warnings, refused: [] }
    : { warnings: [], refused: judgement.violations.map(({ path, message }) => `${path}: ${message}`) }
}

const pool = (zones: readonly string[], more: JsonObject = {}) => ({
  memcached: { shards: 3, copies: zones.length, zones, ...more },
})

t.test('what can be in zones is accepted', async (t) => {
  for (const spec of ACCEPTED_ZONES) t.same(said(spec), [], JSON.stringify(spec))
})

t.test('what the API server refuses of zones, the webhook does, and says why', async (t) => {
  for (const [words, spec] of REFUSED_ZONES) t.ok(said(spec).length > 0, words)
  const first = (index: number) => said(REFUSED_ZONES[index]?.[1] ?? {})
  t.match(first(0), [
    'spec.memcached.zones: Invalid value: "eu-1a, eu-1b, eu-1c": must be as many as memcached.copies, which is 2: one copy is in each zone, and these are 3',
  ])
  t.match(said({ memcached: ZONED, router: { args: ['--route-prefix=/eu/a/'] } }), [
    /^spec\.router\.args\[0\]: .*must be left out with zones/,
  ])
  t.match(said({ memcached: ZONED, pools: [{ name: 'a', ...ZONED, zones: ['x', 'y', 'z'] }] }), [
    /^spec\.pools\[0\]\.zones: .*must be "eu-1a, eu-1b, eu-1c"/,
  ])
  t.match(said({ memcached: { ...ZONED, shards: 1, replicasOf: 'Copies' } }), [
    /^spec\.memcached\.replicasOf: .*must be Shards, or left out, with memcached\.zones: a scale cannot/,
  ])
})

t.test('two routers in each zone, unless it is said otherwise', async (t) => {
  const replicas = (spec: JsonObject) => at(V1BETA1.withDefaults(spec), 'router', 'replicas')
  t.equal(replicas({ memcached: ZONED }), 6)
  t.equal(replicas({ pools: [{ name: 'a', ...ZONED }] }), 6)
  t.equal(replicas({ memcached: ZONED, router: { replicas: 4 } }), 4)
  t.equal(replicas({ memcached: { zones: 7 }, pools: [null, { zones: 'all' }] }), 2, 'of what is no list')
})

t.test('a scale counts shards, of one shard too', async (t) => {
  const judged = judge(objectOf({ memcached: { ...ZONED, shards: 1 } }), { versions: BOTH })
  assert(judged.accepted)
  t.match(at(judged.spec, 'memcached'), { shards: 1, copies: 3, replicas: 1, replicasOf: undefined })
  const scaled = updated(
    { memcached: { ...ZONED, shards: 1 } },
    {
      memcached: { ...ZONED, shards: 1, replicas: 2 },
    },
  )
  t.match(at(scaled.spec, 'memcached'), { shards: 2, copies: 3, replicas: 2 })
})

t.test('what was stored of zones and of copies follows when there are none any more', async (t) => {
  const now = { memcached: { shards: 1, copies: 3, replicas: 1 } }
  const consent = 'main: 1 shards x 3 copies in eu-1a,eu-1b,eu-1c to 1 shards x 3 copies'
  const { spec, refused } = updated({ memcached: { ...ZONED, shards: 1 } }, now, consent)
  t.same(refused, [])
  t.match(at(spec, 'memcached'), { shards: 1, copies: 3, replicas: 3, zones: [] })
})

t.test('zones at the end, and shards, come and go without a question', async (t) => {
  for (const [before, now] of [
    [pool(['a', 'b']), pool(['a', 'b', 'c'])],
    [pool(['a', 'b', 'c']), pool(['a', 'b'])],
    [pool(['a', 'b']), pool(['a', 'b'], { shards: 5 })],
    [pool(['a', 'b']), pool(['a', 'b', 'c'], { shards: 1 })],
  ] as const)
    t.same(updated(before, { ...now, router: { replicas: 6 } }).refused, [])
})

t.test('other servers need consent, in words that name the zones', async (t) => {
  for (const [before, now, words, detail] of [
    [
      pool(['a', 'b']),
      pool(['a', 'c']),
      'main: 3 shards x 2 copies in a,b to 3 shards x 2 copies in a,c',
      /zones\[1\], which is c and was b/,
    ],
    [
      pool(['a', 'b']),
      pool(['b', 'a']),
      'main: 3 shards x 2 copies in a,b to 3 shards x 2 copies in b,a',
      /zones\[0\]/,
    ],
    [
      pool(['a', 'b']),
      { memcached: { shards: 3, copies: 2 } },
      'main: 3 shards x 2 copies in a,b to 3 shards x 2 copies',
      /all|100 %/,
    ],
    [
      { memcached: { shards: 3, copies: 2 } },
      pool(['a', 'b']),
      'main: 3 shards x 2 copies to 3 shards x 2 copies in a,b',
      /all|100 %/,
    ],
  ] as const) {
    const asked = updated(before, now)
    t.match(asked.refused, [/^spec\.memcached\.zones: Forbidden: /], words)
    t.match(asked.refused[0], detail)
    t.ok(asked.refused[0]?.includes(`${CONSENT}: "${words}"`), words)
    const given = updated(before, now, words)
    t.same(given.refused, [])
    t.ok(
      given.warnings.some((warning) =>
        /^spec\.memcached\.zones (none|"\w, \w") → (none|"\w, \w"): .* have other servers, which start empty/.test(
          warning,
        ),
      ),
      words,
    )
    t.notOk(given.warnings.some((warning) => /servers moves about/.test(warning)))
  }
})

t.test('the way back to what routers still use needs none', async (t) => {
  const stored = {
    ...objectOf(pool(['a', 'c'])),
    status: { pools: [{ name: 'main', routedServers: 6, copies: 2, zones: ['a', 'b'] }] },
  }
  t.ok(judge(objectOf(pool(['a', 'b'])), { versions: BOTH, stored }).accepted)
  t.notOk(judge(objectOf(pool(['b', 'a'])), { versions: BOTH, stored }).accepted)
  const before = { ...stored, status: { pools: [{ name: 'main', routedServers: 6, copies: 2 }] } }
  t.notOk(
    judge(objectOf(pool(['a', 'b'])), { versions: BOTH, stored: before }).accepted,
    'which had no zones',
  )
})

t.test('of a further shard a warning tells what it moves, and of a further zone none', async (t) => {
  const warnings = (now: JsonObject) =>
    updated(pool(['a', 'b']), { ...now, router: { replicas: 6 } }).warnings
  t.match(
    warnings(pool(['a', 'b'], { shards: 4 })).filter((one) => one.includes('→')),
    [/^3 → 4 shards moves about 25 %/],
  )
  t.same(
    warnings(pool(['a', 'b', 'c'])).filter((one) => /moves|→/.test(one)),
    [],
  )
})

t.test(
  'a conversion there and back loses nothing, and v1alpha3 cannot lay such a pool out anew',
  async (t) => {
    for (const spec of ACCEPTED_ZONES) {
      const judged = judge(objectOf(spec), { versions: BOTH })
      assert(judged.accepted)
      const object = objectOf(judged.spec)
      const there = convert(object, V1BETA1, V1ALPHA3)
      t.strictSame(Object(convert(there, V1ALPHA3, V1BETA1)).spec, V1BETA1.settled(judged.spec))
      t.match(JSON.stringify(Object(there).metadata.annotations), /zones/)
    }
    const zone = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,6}[A-Za-z0-9])?$/)
    fc.assert(
      fc.property(
        fc.uniqueArray(zone, { minLength: 2, maxLength: 10 }),
        fc.integer({ min: 1, max: 50 }),
        (zones, shards) => {
          const judged = judge(objectOf({ memcached: { shards, copies: zones.length, zones } }), {
            versions: BOTH,
          })
          assert(judged.accepted)
          const object = objectOf(judged.spec)
          assert.deepEqual(convert(convert(object, V1BETA1, V1ALPHA3), V1ALPHA3, V1BETA1), object)
        },
      ),
      effort(30),
    )
  },
)

t.test('a spec is what the internal form makes of it', async (t) => {
  for (const spec of ACCEPTED_ZONES) {
    const judged = judge(objectOf(spec), { versions: BOTH })
    assert(judged.accepted)
    const settings = V1BETA1.complete(judged.spec)
    assert(settings !== undefined)
    const again = V1BETA1.complete(V1BETA1.withDefaults(V1BETA1.fromHub(settings)))
    t.strictSame(again, settings)
  }
})
