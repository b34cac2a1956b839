import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { effort, SEED } from '../../testing/effort.ts'
import type { CommandResult } from '../../testing/process/command.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

const FIELD = 'memcached_pool_size'
const ALIAS = 'memcachedPoolSize'
const DEFAULT = 2

const size = fc.constantFrom(DEFAULT, 3, 5)
const manifest = fc
  .record({ [FIELD]: size, [ALIAS]: size }, { requiredKeys: [], noNullPrototype: true })
  .filter((spec) => Object.keys(spec).length > 0)

t.comment(`FUZZ_SEED=${SEED}`)

t.test('the same manifest makes the same object whatever is stored', async (t) => {
  const { apply, kubectl, read } = await startCluster(t)

  /** kubectl reads the object first, and its status may change in between. */
  async function replace(object: JsonObject): Promise<CommandResult> {
    for (;;) {
      const result = await kubectl(['replace', '-f', '-'], { input: JSON.stringify(object) })
      if (!/the object has been modified/.test(result.stderr)) return result
    }
  }

  const ways: Readonly<Record<string, (object: JsonObject) => Promise<CommandResult>>> = {
    'client-side': (object) => apply(object),
    'server-side': (object) => apply(object, '--server-side', '--force-conflicts'),
    replace,
  }

  for (const [way, write] of Object.entries(ways)) {
    t.test(way, async (t) => {
      t.match(await apply(mcrouter(way)), { code: 0 })
      const property = fc.asyncProperty(manifest, size, async (spec, stored) => {
        const patch = JSON.stringify({ spec: { [FIELD]: stored } })
        assert.equal(
          (await kubectl(['patch', V1ALPHA3_MCROUTERS, way, '--type=merge', `--patch=${patch}`])).code,
          0,
        )
        const { code, stderr } = await write(mcrouter(way, spec))
        const { [FIELD]: field = spec[ALIAS], [ALIAS]: alias = field } = spec
        // A replace has what it says and the defaults, and nothing tells them apart.
        const isRefused = field !== alias && !(way === 'replace' && field === DEFAULT)
        assert.equal(code, isRefused ? 1 : 0, stderr)
        if (isRefused) assert.match(stderr, /memcachedPoolSize is the deprecated spelling/)
        const size = await read(`${V1ALPHA3_MCROUTERS} ${way}`, `{.spec.${FIELD}}`)
        assert.equal(Number(size), isRefused ? stored : alias)
      })
      await fc.assert(property, effort(15))
    })
  }

  t.test('both spellings in one manifest are refused each time, the default among them', async (t) => {
    for (const [name, stored, spec] of [
      ['three', { [FIELD]: 3 }, { [FIELD]: 3, [ALIAS]: 5 }],
      ['two', { [FIELD]: 5 }, { [FIELD]: DEFAULT, [ALIAS]: 5 }],
    ] as const) {
      for (const flags of [[], ['--server-side']]) {
        const own = `${name}${flags.length}`
        t.match(await apply(mcrouter(own, spec), ...flags), { code: 1 }, 'on create')
        t.match(await apply(mcrouter(own, stored), ...flags), { code: 0 })
        t.match(await apply(mcrouter(own, spec), ...flags), { code: 1 })
        t.match(await apply(mcrouter(own, spec), ...flags), { code: 1 })
        t.equal(await read(`${V1ALPHA3_MCROUTERS} ${own}`, `{.spec.${FIELD}}`), `${stored[FIELD]}`)
      }
    }
  })

  t.test('what others did before is not taken for the manifest', async (t) => {
    const same = mcrouter('others', { [FIELD]: 3, [ALIAS]: 3 })
    const patch = (spec: object) =>
      kubectl(['patch', V1ALPHA3_MCROUTERS, 'others', '--type=merge', `--patch=${JSON.stringify({ spec })}`])
    const stored = () => read(`${V1ALPHA3_MCROUTERS} others`, `{.spec.${FIELD}}`)
    for (const flags of [['--server-side'], []]) {
      t.match(await apply(same, ...flags), { code: 0 }, 'the same in both is one word')
      t.match(await patch({ [ALIAS]: 5 }), { code: 0 })
      t.equal(await stored(), '5')
      t.match(await patch({ [FIELD]: 4 }), { code: 0 })
      t.match(await patch({ [ALIAS]: 3 }), { code: 0 })
      t.equal(await stored(), '3')
    }
  })
})
