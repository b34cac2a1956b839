import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import t from 'tap'
import { serialise } from '../../routing/config.ts'
import { LONGEST_OWN } from '../../routing/judge-own-config.ts'
import { checkConfig } from '../../routing/language/check-config.ts'
import { ownConfig } from '../../routing/own-config.ts'
import { copyKey, poolKey, poolOfKey } from '../../routing/pool.ts'
import { versionsWith } from '../../routing/versions.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { serversIn } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { objectOf, said } from '../schemas/v1beta1/judged.ts'
import { BOTH, V1BETA1 } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'

const CONFIG = {
  pools: { old: { inherit: 'main', servers: ['10.0.0.1:11211'] } },
  named_handles: [
    { type: 'WarmUpRoute', name: 'warm', cold: 'PoolRoute|users', warm: 'PoolRoute|old', exptime: 60 },
  ],
  route: { type: 'PrefixSelectorRoute', policies: { 'user:': 'warm' }, wildcard: 'PoolRoute|main' },
}
const POOLS = [{ name: 'users', shards: 2 }, { name: 'idle' }]

function accepted(spec: JsonObject, before?: JsonObject) {
  const stored = before && { stored: objectOf(before) }
  const judgement = judge(objectOf(spec), { versions: BOTH, ...stored })
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement
}

/** The configuration while so many servers of each pool are routed to. */
function filled({ config = {}, ...mcrouter }: Mcrouter, ...counts: number[]): JsonObject {
  const servers = mcrouter.pools.map((pool, index) => {
    const all = Array.from({ length: serversIn(pool) }, (_, ordinal) => `${pool.name}-${ordinal}.x:1`)
    return { all, routed: all.slice(0, counts[index]) }
  })
  return ownConfig(mcrouter, config, servers)
}

t.test("the operator's pools are filled in by name, and what was written is there as it was", async (t) => {
  const { mcrouter } = accepted({ config: CONFIG, pools: POOLS, memcached: { shards: 2 } })
  const { pools, ...rest } = filled(mcrouter)
  t.strictSame(rest, { named_handles: CONFIG.named_handles, route: CONFIG.route })
  t.match(pools, {
    memcached: { servers: ['main-0.x:1', 'main-1.x:1'], server_timeout: 500, connect_timeout: 200 },
    main: { inherit: 'memcached' },
    'memcached.users': { servers: ['users-0.x:1', 'users-1.x:1'] },
    users: { inherit: 'memcached.users' },
    old: CONFIG.pools.old,
  })
  t.match(checkConfig({ pools, ...rest }, { release: 'current' }), { accepted: true })
})

t.test('what is published is read back under the names that it has in every configuration', async (t) => {
  const { mcrouter } = accepted({ config: CONFIG, pools: POOLS })
  const read = (config: JsonObject) =>
    Object.keys(Object(config.pools))
      .map(poolOfKey)
      .filter((name) => name !== undefined)
      .toSorted()
  t.same(read(filled(mcrouter)), ['idle', 'main', 'users'])
  t.same(read(filled(mcrouter, 3, 0, 0)), ['main'], 'one that no router may use is not there')
})

t.test('a pool that no router may use yet has a name, so that mcrouter takes the rest', async (t) => {
  const { mcrouter } = accepted({ config: CONFIG, pools: POOLS })
  const config = filled(mcrouter, 2, 0, 0)
  t.match(config.pools, { memcached: { servers: { length: 2 } }, users: { servers: { length: 2 } } })
  t.match(checkConfig(config, { release: 'current' }), { accepted: true })
})

t.test('copies have the names that the operator always gives them, while a pool grows as well', async (t) => {
  const memcached = { shards: 2, copies: 3 }
  const config = {
    route: {
      type: 'OperationSelectorRoute',
      default_policy: 'PoolRoute|main',
      operation_policies: {
        get: `PoolRoute|${copyKey('main', 2)}`,
        gets: `PoolRoute|${copyKey('users', 1)}`,
      },
    },
  }
  const { mcrouter } = accepted({ config, memcached, pools: [{ name: 'users', shards: 1, copies: 2 }] })
  for (const counts of [
    [6, 2],
    [3, 1],
    [1, 0],
  ])
    t.match(checkConfig(filled(mcrouter, ...counts), { release: 'current' }), { accepted: true }, `${counts}`)
  t.match(filled(mcrouter).pools, {
    'memcached-2': { inherit: 'memcached', servers: ['main-2.x:1', 'main-5.x:1'] },
    'memcached.users.1': { inherit: 'memcached.users', servers: ['users-1.x:1'] },
  })
  t.match(said({ config, memcached }), [/"memcached.users.1": no such pool/])
})

t.test('no name of a pool can be taken for another', async (t) => {
  const own = { servers: ['a:1'] }
  t.match(said({ config: { pools: { main: own }, route: 'PoolRoute|main' } }), [
    /the operator fills in this pool/,
  ])
  for (const name of [poolKey('main'), poolKey('users'), copyKey('main', 0)]) {
    t.match(said({ config: { pools: { [name]: own }, route: `PoolRoute|${name}` } }), [
      /names that begin with memcached/,
    ])
  }
  for (const name of ['memcached', 'memcached-0'])
    t.match(
      said({ config: { route: 'PoolRoute|main' }, pools: [{ name }] }).filter((line) =>
        line.includes('pools[0]'),
      ),
      [/^spec.pools\[0\].name: .*names that begin with memcached/],
    )
})

t.test('everything that is wrong is said at once, with its path and what was meant', async (t) => {
  const lines = said({
    memcached: { shards: 0, onMiss: 'Refill', copies: 2 },
    router: { port: 1 },
    pools: [{ name: 'users' }],
    prefixes: [{ prefix: 'user:', pool: 'users' }],
    config: {
      route: { type: 'PoolRoute', pool: 'uesrs', hashh: 'Ch3' },
      named_handles: [{ type: 'AllSyncRoute', name: 'a', children: ['@import(x)', '%port%'] }],
    },
  })
  for (const [path, message] of [
    ['spec.memcached.shards', /from 1 to 1000/],
    ['spec.router.port', /from 1024/],
  ] as const)
    t.match(
      lines.find((line) => line.startsWith(`${path}:`)),
      message,
      path,
    )
  const sound = said({
    memcached: { onMiss: 'Refill', copies: 2 },
    pools: [{ name: 'users', writes: 'Strict', copies: 2 }],
    prefixes: [{ prefix: 'user:', pool: 'users' }],
    config: {
      route: { type: 'PoolRoute', pool: 'user', hashh: 'Ch3' },
      named_handles: [{ type: 'AllSyncRoute', name: 'a', children: ['@import(x)', '%port%'] }],
    },
  })
  for (const [path, message] of [
    ['spec.prefixes', /must be left out beside config/],
    ['spec.memcached.onMiss', /must be Miss beside config/],
    ['spec.pools[0].writes', /must be Available beside config/],
    ['spec.config.route.pool', /no such pool; pools: .*did you mean users/],
    ['spec.config.route.hashh', /did you mean hash/],
    ['spec.config.named_handles[0].children[0]', /calls a macro/],
    ['spec.config.named_handles[0].children[1]', /substitutes a parameter/],
  ] as const)
    t.match(
      sound.find((line) => line.startsWith(`${path}:`)),
      message,
      path,
    )
})

t.test('a gutter or a warm-up has no place beside it', async (t) => {
  const config = { route: 'PoolRoute|main' }
  t.match(said({ config, memcached: { gutter: {} } }), [
    /spec.memcached.gutter: .*must be left out beside config/,
  ])
  t.match(said({ config, memcached: { warmUp: { from: 'old' } }, pools: [{ name: 'old' }] }), [
    /spec.memcached.warmUp: .*must be left out beside config/,
  ])
})

/** Configurations that were given to the real mcrouter: test/routing/language/vectors.test.ts has what it said. */
function recorded(): unknown[] {
  const vectors: readonly { readonly config: string }[] = JSON.parse(fixture('vectors/configs.json'))
  const routes: readonly { readonly config: string }[] = JSON.parse(fixture('vectors/routes.json'))
  const golden = [...new Set(routes.map(({ config }) => config))].map((name) => fixture(`golden/${name}`))
  return [...vectors.map(({ config }) => config), ...golden].flatMap((text) => {
    try {
      return [JSON.parse(text)]
    } catch {
      return []
    }
  })
}

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
}

t.test('what the language says of a recorded configuration, admission says', async (t) => {
  const [refused, taken] = [new Set<unknown>(), new Set<unknown>()]
  for (const config of recorded().filter(isJsonObject)) {
    const verdict = checkConfig(config, { release: 'current', pools: [{ name: 'main', servers: 3 }] })
    const lines = said({ config })
    t.equal(lines.length === 0, verdict.accepted, `${JSON.stringify(config).slice(0, 200)}: ${lines}`)
    if (verdict.accepted) taken.add(config)
    else refused.add(config)
  }
  t.ok(refused.size > 200, `${refused.size}`)
  t.ok(taken.size > 70, `${taken.size}`)
})

t.test('what is long as routers get it is refused, however short it is in a spec', async (t) => {
  const weights = Array.from({ length: 1000 }, () => 1)
  let route: JsonObject = { type: 'PoolRoute', pool: 'main', hash: { hash_func: 'WeightedCh3', weights } }
  for (let level = 0; level < 12; level++) route = { type: 'LoggingRoute', target: route }
  const route3 = { type: 'AllSyncRoute', children: [route, route, route, route, route, route] }
  const lines = said({ memcached: { shards: 1000 }, config: { route: route3 } })
  t.match(lines, [new RegExp(`bytes as routers get it: must have at most ${LONGEST_OWN}`)])
})

t.test(
  'of a change no share of keys is told that nobody knows, and consent is not asked for one',
  async (t) => {
    const config = { route: 'PoolRoute|main' }
    const { warnings } = accepted({ config, memcached: { shards: 4 } }, { config, memcached: { shards: 3 } })
    t.match(warnings.join('\n'), /which keys move is not told for routes of spec.config/)
    t.notMatch(warnings.join('\n'), /of the keys/)
    const changed = accepted({ config: { route: 'NullRoute' } }, { config })
    t.match(changed.warnings.join('\n'), /spec.config changes: which keys move is not told/)
    const relaid = { config, memcached: { shards: 3, copies: 2 } }
    t.match(accepted(relaid, { config, memcached: { shards: 3 } }).accepted, true)
    const others = { config, memcached: { external: [{ host: '10.8.0.4' }] } }
    t.match(
      judge(objectOf(others), { versions: BOTH, stored: objectOf(relaid) }),
      { violations: [{ path: 'spec.memcached.external', message: /1 external servers/ }] },
      'other servers altogether are another matter',
    )
    const gone = accepted({ config }, { config, pools: [{ name: 'users' }] })
    t.match(gone.warnings.join('\n'), /pool users is removed/)
    t.same(
      accepted({ config, router: { replicas: 3 } }, { config }).warnings.filter((one) =>
        one.includes('keys move'),
      ),
      [],
    )
  },
)

t.test('what is legal and may be regretted in it is warned of', async (t) => {
  const { warnings } = accepted({ config: { route: 'PoolRoute|main' }, pools: [{ name: 'users' }] })
  t.match(warnings.join('\n'), 'no route leads to the pool "users"')
})

t.test('a copy that is routed to is its pool, and no copy need be', async (t) => {
  const config = { route: `PoolRoute|${copyKey('main', 0)}` }
  t.notMatch(accepted({ config, memcached: { shards: 2, copies: 3 } }).warnings.join('\n'), /no route leads/)
})

t.test('without the judge of its language none is accepted', async (t) => {
  const { checkConfig: _, ...plain } = V1BETA1
  const versions = { ...BOTH, v1beta1: { ...plain, checkConfig: UNJUDGING } }
  t.match(judge(objectOf({ config: { route: 'NullRoute' } }), { versions }), { accepted: false })
  for (const version of Object.values(versionsWith())) t.not(version.checkConfig, UNJUDGING)
})

const UNJUDGING = versionsOf('v1alpha3')

function versionsOf(name: string) {
  const version = BOTH[name]
  if (version === undefined) throw new Error(name)
  return version.checkConfig
}

t.test('the text is that of the configuration', async (t) => {
  const { mcrouter } = accepted({ config: CONFIG, pools: POOLS })
  t.strictSame(at(JSON.parse(serialise(filled(mcrouter))), 'route'), CONFIG.route)
})

t.test('the example of its page is accepted, and says nothing that has to be warned of', async (t) => {
  const page = readFileSync(new URL('../../docs/own-json.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const judgement = judge(Object(load(example)), { versions: BOTH, source: 'file' })
  t.match(judgement, { accepted: true, warnings: [] })
})
