import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { configFor, serialise } from '../../../routing/config.ts'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { featuresOf } from '../../../routing/release.ts'
import { isJsonObject } from '../../../schemas/json.ts'
import type { Release, Topology } from '../../../schemas/mcrouter.ts'
import { type Place, pathOf, SPEC } from '../../../schemas/validation/path.ts'
import type { Violation } from '../../../schemas/validation/violation.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

const RELEASES: readonly Release[] = ['37', '40', '41', 'current']
const TOPOLOGIES: readonly Topology[] = ['replicated', 'sharded']
const CONFIG: Place = { within: SPEC, key: 'config' }
/** Of a further pool, over which nothing routes yet. */
const NO_ROUTE = 'spec.config: no route leads to the pool "memcached.more"'

t.test(
  'whatever the operator renders is right by the language of its release, and no warning is due',
  async (t) => {
    let configurations = 0
    for (const topology of TOPOLOGIES) {
      for (const release of RELEASES) {
        for (let servers = 1; servers <= 50; servers += 1) {
          for (const filling of [false, true]) {
            const verdict = checkConfig(rendered(topology, release, servers, filling), { release })
            const expected = { accepted: true, pools: [], warnings: [NO_ROUTE] }
            if (!matches(verdict, expected))
              t.strictSame(verdict, expected, `${topology} ${release} ${servers} ${filling}`)
            configurations += 1
          }
        }
      }
    }
    t.equal(configurations, 2 * 4 * 50 * 2)
  },
)

t.test('what is for a newer release is refused for an older one', async (t) => {
  const { violations } = refused(rendered('replicated', 'current', 3), '37')
  t.strictSame(paths(violations), [
    'spec.config.pools.memcached.connect_timeout',
    'spec.config.pools["memcached.more"].connect_timeout',
    'spec.config.route.operation_policies.gat',
    'spec.config.route.operation_policies.gats',
  ])
})

t.test('an unknown option is refused where it stands', async () => {
  mutants((handle, place) => {
    const path = pathOf({ within: place, key: 'childs' })
    return [
      { ...handle, childs: ['NullRoute'] },
      path,
      /unknown option "childs" of \w+(; did you mean children\?)?$/,
    ]
  })
})

t.test('an unknown type of route handle is refused where it stands', async () => {
  mutants((handle, place) => [
    { ...handle, type: `${handle.type}s` },
    pathOf({ within: place, key: 'type' }),
    new RegExp(`no such type of route handle; did you mean ${handle.type}\\?`),
  ])
})

t.test('a name of nothing is refused where it stands', async () => {
  mutants((handle, place) => {
    const key = 'children' in handle ? 'children' : 'default_policy'
    return [
      { ...handle, [key]: 'nowhere' },
      pathOf({ within: place, key }),
      /"nowhere": no such route handle/,
    ]
  })
})

t.test('a pool that does not exist is refused where it is named, with the nearest that does', async () => {
  mutants((handle, place) => {
    const key = 'children' in handle ? 'children' : 'default_policy'
    const path = pathOf({ within: place, key })
    return [{ ...handle, [key]: 'Pool|memcachd' }, path, /"memcachd": no such pool.*did you mean memcached/]
  })
})

t.test('a cycle of named handles is refused where it closes, in a list and by name, and ends', async () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 12 }), fc.boolean(), (seed, servers, byName) => {
      const { named_handles: handles, ...rest } = rendered('replicated', 'current', servers)
      const list = handles.filter(({ type }) => type !== 'PoolRoute')
      const victim = list[seed % list.length]
      assert.ok(victim !== undefined)
      const mutated = list.map((handle) =>
        handle === victim ? { ...handle, children: [handle.name, 'NullRoute'] } : handle,
      )
      const named = byName ? Object.fromEntries(mutated.map((handle) => [handle.name, handle])) : mutated
      const { violations } = refused({ ...rest, named_handles: named }, 'current')
      const key = byName ? victim.name : list.indexOf(victim)
      const handle: Place = { within: { within: CONFIG, key: 'named_handles' }, key }
      const path = `${pathOf({ within: handle, key: 'children' })}[0]`
      const found = violations.find((violation) => violation.path === path)
      assert.match(found?.message ?? '', /cycle: "[\w-]+" → "[\w-]+"$/)
    }),
    effort(60),
  )
})

interface Written {
  readonly type: string
  readonly name: string
  readonly children: readonly string[]
}

interface Config {
  readonly pools: object
  readonly named_handles: readonly Written[]
  readonly route: object
}

/** As a router reads it. */
function rendered(topology: Topology, release: Release, servers: number, filling = false): Config {
  const mcrouter = mcrouterWith({ topology, routers: { release }, pools: [{ name: 'more' }] })
  const names = Array.from(
    { length: servers },
    (_, ordinal) => `cache-${ordinal}.cache.shop.svc.cluster.local:11211`,
  )
  const circumstances = { features: featuresOf(release), filling }
  return JSON.parse(serialise(configFor(mcrouter, [names, ['more-0.more:11211']], circumstances)))
}

type Mutation = (
  handle: Record<string, unknown>,
  place: Place,
) => readonly [mutant: object, path: string, message: RegExp]

/** One of the handles of a rendered configuration, changed. */
function mutants(mutation: Mutation): void {
  const anyOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values)
  fc.assert(
    fc.property(
      anyOf(TOPOLOGIES),
      anyOf(RELEASES),
      fc.integer({ min: 1, max: 30 }),
      fc.nat(),
      (topology, release, servers, at) => {
        const config = rendered(topology, release, servers)
        const handles = config.named_handles
        const index = at % (handles.length + 1)
        const place: Place =
          index < handles.length
            ? { within: { within: CONFIG, key: 'named_handles' }, key: index }
            : { within: CONFIG, key: 'route' }
        const handle: unknown = handles[index] ?? config.route
        assert.ok(isJsonObject(handle))
        const [mutant, path, message] = mutation(handle, place)
        const mutated =
          index < handles.length
            ? { ...config, named_handles: handles.with(index, JSON.parse(JSON.stringify(mutant))) }
            : { ...config, route: mutant }
        const { violations } = refused(mutated, release)
        const found = violations.find((violation) => violation.path === path)
        assert.match(found?.message ?? `${JSON.stringify(violations)} has no ${path}`, message)
      },
    ),
    effort(100),
  )
}

function refused(config: unknown, release: Release): { violations: readonly Violation[] } {
  const verdict = checkConfig(config, { release })
  assert.ok(!verdict.accepted, 'it is accepted')
  return verdict
}

function paths(violations: readonly Violation[]): string[] {
  return violations.map(({ path }) => path)
}

function matches(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
