import { readFileSync } from 'node:fs'
import t from 'tap'
import { destinations as asked } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { ch3 } from '../../routing/hash/ch3.ts'
import { checkConfig } from '../../routing/language/check-config.ts'
import { poolKey, wholePool } from '../../routing/pool.ts'
import { featuresOf } from '../../routing/release.ts'
import { zonedRoute } from '../../routing/zones.ts'
import type { Layout } from '../../schemas/layout.ts'
import { MAIN_POOL, type Pool, type Release } from '../../schemas/mcrouter.ts'
import { GoldenFiles } from './golden-files.ts'
import { type ByOperation, destinations, type Meaning, meaningFor, meaningOf, OPERATIONS } from './meaning.ts'

const FILES = new GoldenFiles('zones.test.ts')
const TRIED: Tried = JSON.parse(FILES.text('multizone-replicated'))
const TRIED_ROUTES = Object.keys(TRIED.routes)
const TRIED_SERVERS = inOrdinalOrder(Object.values(TRIED.pools).map(({ servers }) => servers))

const LAYOUTS = [
  { shards: 3, copies: 3 },
  { shards: 4, copies: 2 },
  { shards: 1, copies: 3 },
  { shards: 1, copies: 2 },
  { shards: 5, copies: 4 },
] as const
const RELEASES = ['37', '40', 'current'] as const
const POOLS = [MAIN_POOL, 'users'].flatMap((name) =>
  (['Available', 'Strict'] as const).flatMap((writes) =>
    (['Miss', 'AskCopies', 'Refill'] as const).map((onMiss) => ({ name, writes, onMiss })),
  ),
)
const [PLAIN = { name: MAIN_POOL, writes: 'Available', onMiss: 'Miss' }] = POOLS
/** What was tried leaves for the first zone first, wherever the router is; ours for its own. */
const WRITES: ReadonlySet<string> = new Set(['set', 'replace', 'delete', 'touch'])
const KEYS = Array.from({ length: 40 }, (_, index) => `user:${index}:profile`)

t.test('the routers of each zone do what was tried on the real mcrouter', async (t) => {
  t.equal(TRIED_ROUTES.length, 3)
  for (const [zone, alias] of TRIED_ROUTES.entries()) {
    const ours = routes(PLAIN, { shards: 3, copies: 3 }, zone, 'current', TRIED_SERVERS)
    t.strictSame(ours, meaningOf({ ...TRIED, route: TRIED.routes[alias] })[''], alias)
  }
})

t.test('they ask the servers that the real mcrouter named, in its order', async (t) => {
  const vectors = VECTORS.filter(({ config }) => config === 'multizone-replicated.json')
  t.ok(vectors.length >= 100, `${vectors.length} vectors`)
  const config = configOf(PLAIN, { shards: 3, copies: 3 }, 'current', TRIED_SERVERS)
  const wrong = vectors.flatMap(({ args = [], key, ops, destinations: named }) => {
    const zone = TRIED_ROUTES.indexOf(args[1] ?? '')
    const explain = explainer(config, prefix(zone))
    return ops
      .filter(
        (op) => asked(explain(op, key)).join() !== (WRITES.has(op) ? ownFirst(named, zone) : named).join(),
      )
      .map((op) => `${op} ${key}`)
  })
  t.strictSame(wrong, [])
})

t.test('mcrouter of every release can read it, and uses all that it names', async (t) => {
  for (const layout of LAYOUTS) {
    for (const release of RELEASES) {
      for (const pool of POOLS) {
        const what = JSON.stringify({ ...layout, release, ...pool })
        const verdict = checkConfig(configOf(pool, layout, release), { release, defaultRoute: prefix(0) })
        t.ok(verdict.accepted, `${what}: ${JSON.stringify(verdict)}`)
        if (verdict.accepted) t.strictSame(verdict.warnings, [], what)
      }
    }
  }
})

t.test('a request goes to the copies of its key and to no other server', async (t) => {
  for (const layout of LAYOUTS) {
    for (const pool of POOLS) {
      const strays = everyZone(pool, layout).flatMap((by) =>
        KEYS.flatMap((key) =>
          OPERATIONS.filter((operation) => !isWithin(at(key, operation, by), key, layout)),
        ),
      )
      t.strictSame(strays, [], JSON.stringify({ ...layout, ...pool }))
    }
  }
})

t.test('a read asks the copy of its own zone first, and then each of the others once', async (t) => {
  for (const layout of LAYOUTS) {
    for (const [zone, by] of everyZone(PLAIN, layout).entries()) {
      for (const key of KEYS) {
        const copies = copiesOf(key, layout)
        const nearest = ownFirst(copies, zone)
        for (const operation of ['get', 'gets']) {
          t.match(at(key, operation, by), { type: 'FailoverRoute' })
          t.strictSame(reached(at(key, operation, by)), nearest, `${operation} ${key}`)
        }
        t.match(at(key, 'gat', by), { type: 'AllInitialRoute' })
        t.equal(reached(at(key, 'gat', by))[0], copies[zone])
        t.strictSame(new Set(reached(at(key, 'gat', by))), new Set(copies))
      }
    }
  }
})

t.test('a write leaves for the copy of its own zone first, and waits for all that live', async (t) => {
  for (const pool of POOLS) {
    const { selectors, handles } = routeOf(pool, { shards: 3, copies: 3 }, 'current')
    for (const [zone, { default_policy }] of selectors.entries()) {
      const write = handles.find(({ name }) => name === default_policy)
      const children = write !== undefined && 'children' in write ? write.children : []
      t.equal(write?.type, 'AllSyncRoute')
      t.equal(new Set(children).size, 3)
      t.ok(children[0]?.endsWith(`-${zone}`), `${children}`)
      t.equal(children[0]?.includes('from-'), pool.writes === 'Available', 'a strict one takes no other copy')
    }
  }
})

t.test('an add wins by more than half of the copies, each asked once, or by both of two', async (t) => {
  for (const layout of LAYOUTS) {
    for (const pool of POOLS) {
      for (const by of everyZone(pool, layout)) {
        const [key = ''] = KEYS
        const all = pool.writes === 'Strict' || layout.copies === 2
        t.match(at(key, 'add', by), { type: all ? 'AllSyncRoute' : 'AllMajorityRoute' })
        for (const operation of ['add', 'append', 'prepend'])
          t.strictSame(reached(at(key, operation, by)).toSorted(), copiesOf(key, layout).toSorted())
      }
    }
  }
})

t.test('counters and tokens are refused with a reason in every zone', async (t) => {
  for (const by of everyZone(PLAIN, { shards: 2, copies: 2 })) {
    for (const operation of ['cas', 'incr', 'decr']) {
      const reason = `${operation} is not supported on a pool replicated over zones`
      t.strictSame(by[operation], { type: 'ErrorRoute', children: [], with: reason })
    }
  }
})

t.test(
  'where its own copy misses, a get asks the others, and can have what they answer copied',
  async (t) => {
    const layout = { shards: 2, copies: 3 }
    const [key = ''] = KEYS
    const copies = copiesOf(key, layout)
    for (const [zone, by] of everyZone({ ...PLAIN, onMiss: 'AskCopies' }, layout).entries()) {
      const others = copies.filter((_, copy) => copy !== zone)
      t.match(at(key, 'get', by), { type: 'MissFailoverRoute' })
      t.strictSame(reached(at(key, 'get', by)), [copies[zone], ...others])
      t.match(at(key, 'gets', by), { type: 'FailoverRoute' }, 'a token is of the copy that was read')
    }
    for (const [zone, by] of everyZone({ ...PLAIN, onMiss: 'Refill' }, layout).entries()) {
      const others = copies.filter((_, copy) => copy !== zone)
      const get = at(key, 'get', by)
      t.match(get, { type: 'WarmUpRoute', with: 60, children: [{ type: 'FailoverRoute' }] })
      t.strictSame(reached(get), [copies[zone], ...others, ...others, copies[zone]])
    }
  },
)

t.test('a further shard takes its share, and no other key moves within its zone', async (t) => {
  const [before, after] = [
    { shards: 3, copies: 2 },
    { shards: 4, copies: 2 },
  ]
  let moved = 0
  for (const zone of [0, 1]) {
    const [was, is] = [routes(PLAIN, before, zone), routes(PLAIN, after, zone)]
    for (const key of KEYS) {
      const [first, next] = [reached(at(key, 'get', was))[0], reached(at(key, 'get', is))[0]]
      if (first === next) continue
      moved += 1
      t.equal(next, server(3 * 2 + zone))
    }
  }
  t.ok(moved > 0 && moved < KEYS.length, `${moved} of ${2 * KEYS.length}`)
})

t.test('none of those that are to be compared here is left out', async (t) => t.same([...FILES.unread], []))

interface Tried {
  readonly pools: Readonly<Record<string, { readonly servers: readonly string[] }>>
  readonly routes: Readonly<Record<string, unknown>>
}

interface Vector {
  readonly config: string
  readonly args?: readonly string[]
  readonly key: string
  readonly ops: readonly ClientOperation[]
  readonly destinations: readonly string[]
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/routes.json', import.meta.url), 'utf8'),
)

type ZonedPool = Pick<Pool, 'name' | 'writes' | 'onMiss'>

/** The server of a shard in a copy has the ordinal shard × copies + copy. */
function inOrdinalOrder(copies: readonly (readonly string[])[]): string[] {
  const [first = []] = copies
  return first.flatMap((_, shard) => copies.map((servers) => servers[shard] ?? ''))
}

function server(ordinal: number): string {
  return `s${ordinal}:11211`
}

function serversOf({ shards, copies }: Layout): string[] {
  return Array.from({ length: shards * copies }, (_, ordinal) => server(ordinal))
}

function copiesOf(key: string, { shards, copies }: Layout): string[] {
  const shard = ch3(Buffer.from(key), shards)
  return Array.from({ length: copies }, (_, copy) => server(shard * copies + copy))
}

function routeOf(pool: ZonedPool, layout: Layout, release: Release, servers = serversOf(layout)) {
  return zonedRoute(pool, layout, servers, featuresOf(release))
}

function isWithin(meaning: Meaning, key: string, layout: Layout): boolean {
  const copies = copiesOf(key, layout)
  return reached(meaning).every((name) => copies.includes(name))
}

function ownFirst<T>(copies: readonly T[], zone: number): T[] {
  return [...copies.slice(zone, zone + 1), ...copies.slice(0, zone), ...copies.slice(zone + 1)]
}

/** One configuration for the routers of all zones. */
function configOf(pool: ZonedPool, layout: Layout, release: Release, servers = serversOf(layout)) {
  const { pools, handles, selectors } = routeOf(pool, layout, release, servers)
  const whole = wholePool(servers, featuresOf(release), { server: 500, connect: 200 })
  return {
    pools: { [poolKey(pool.name)]: whole, ...pools },
    named_handles: handles,
    routes: Object.fromEntries(selectors.map((selector, zone) => [prefix(zone), selector])),
  }
}

/** What the routers of a zone are told that keys without a routing prefix have. */
function prefix(zone: number): string {
  return `/copy/${zone}/`
}

function routes(
  pool: ZonedPool,
  layout: Layout,
  zone: number,
  release: Release = 'current',
  servers?: string[],
): ByOperation {
  const { routes, ...config } = configOf(pool, layout, release, servers)
  return meaningOf({ ...config, route: routes[prefix(zone)] })[''] ?? {}
}

function everyZone(pool: ZonedPool, layout: Layout): ByOperation[] {
  return Array.from({ length: layout.copies }, (_, zone) => routes(pool, layout, zone))
}

function at(key: string, operation: string, by: ByOperation): Meaning {
  return meaningFor(key, by[operation] ?? '')
}

function reached(meaning: Meaning): string[] {
  return destinations(meaning).map((name) => name.replace(/ .*/, ''))
}
