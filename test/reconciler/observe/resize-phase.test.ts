import fc from 'fast-check'
import t from 'tap'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { phaseIn } from '../../../reconciler/observe/resize-phase.ts'
import { configFor, serialise } from '../../../routing/config.ts'
import { featuresOf } from '../../../routing/release.ts'
import { type Resize, serversDuring } from '../../../routing/resize.ts'
import { serverNames } from '../../../routing/servers.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Mcrouter, Release } from '../../../schemas/mcrouter.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

const size = fc.integer({ min: 1, max: 30 })
const phase = fc.oneof(
  fc.record({ phase: fc.constant('plain' as const), servers: size }),
  fc
    .record({ phase: fc.constantFrom('mirror' as const, 'flip' as const), from: size, to: size })
    .filter(({ from, to }) => from !== to),
)
type Phase = Resize | { readonly phase: 'plain'; readonly servers: number }

const circumstances = fc.record({
  release: fc.constantFrom<Release[]>('37', '40', '41', 'current'),
  prefixes: fc.subarray([
    { prefix: 'user:', pool: 'users' },
    { prefix: 'u:', pool: 'users' },
    { prefix: 'm:', pool: 'main' },
  ]),
})
type Circumstances = Pick<Mcrouter, 'prefixes'> & { readonly release: Release }

t.test('the phase of each pool is read back from the text that was rendered for it', async () => {
  fc.assert(
    fc.property(phase, phase, circumstances, (main, users, given) => {
      const text = rendered({ main, users }, given)
      const published = publishedIn({
        metadata: { name: 'cache-config', namespace: 'shop' },
        data: { 'config.json': text },
      })
      const isRouted = given.prefixes.some(({ pool }) => pool === 'users')
      const config = JSON.parse(text)
      same(
        ['main', 'users'].map((pool) => phaseIn(config, pool)),
        [main, isRouted ? users : undefined],
      )
      same(published?.routed, { main: serversIn(main), users: serversIn(users) })
      same(published?.copies, {})
      same(published?.features, featuresOf(given.release))
    }),
    effort(200),
  )
})

t.test('of a text in which anything about the pool was changed, none is read', async () => {
  let changed = 0
  fc.assert(
    fc.property(
      phase,
      circumstances,
      fc.nat(),
      fc.constantFrom('drop', 'other', 'twice'),
      (main, given, at, how) => {
        const config: JsonObject = JSON.parse(
          rendered({ main, users: { phase: 'plain', servers: 2 } }, given),
        )
        const paths = [...pathsOf(config)].filter((path) => concernsMain(path, config))
        const path = paths[at % paths.length] ?? []
        const mutated = JSON.parse(JSON.stringify(config))
        if (!mutate(mutated, path, how)) return
        changed += 1
        const read = phaseIn(mutated, 'main')
        if (read !== undefined) throw new Error(`${how} ${path.join('.')}: ${JSON.stringify(read)}`)
      },
    ),
    effort(400),
  )
  if (changed < 100) throw new Error(`only ${changed} were changed`)
})

t.test('pools that are routed otherwise are in none of the phases', async (t) => {
  const spare = { name: 'spare', shards: 1, copies: 1 }
  for (const memcached of [
    { shards: 1, copies: 2 },
    { shards: 2, copies: 2 },
    { shards: 2, copies: 1, gutter: { pool: 'spare', ttlSeconds: 60 } },
    { shards: 2, copies: 1, warmUp: { from: 'spare', ttlSeconds: 60 } },
  ]) {
    const mcrouter = mcrouterWith({ memcached, pools: [spare] })
    const servers = mcrouter.pools.map((pool) =>
      serverNames(mcrouter, pool, pool.shards * pool.copies, 'cluster.local'),
    )
    const config = JSON.parse(serialise(configFor(mcrouter, servers)))
    t.equal(phaseIn(config, 'main'), undefined, JSON.stringify(memcached))
    t.equal(phaseIn(config, 'spare'), undefined, 'no key leads to it')
  }
  const nested: JsonObject = JSON.parse(`{"route":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
  for (const text of [{}, { pools: 1 }, { pools: { memcached: { servers: [] } } }, nested])
    t.equal(phaseIn(text, 'main'), undefined)
})

t.test('servers that are no texts are in none of the phases, and stop nobody who reads them', async (t) => {
  const ours = 'cache-memcached-1.cache-memcached.shop.svc.cluster.local:11211'
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  for (const server of ['{"toString":1,"valueOf":1}', deep, '1', 'null']) {
    const text = `{
      "pools": {
        "memcached": {"servers": [${server}, "${ours}"]},
        "memcached-kept": {"inherit": "memcached", "servers": [${server}]}
      },
      "named_handles": [],
      "route": {}
    }`
    const published = publishedIn({
      metadata: { name: 'cache-config', namespace: 'shop' },
      data: { 'config.json': text },
    })
    t.match(published, { routed: { main: 2 } }, server.slice(0, 40))
    t.equal(phaseIn(JSON.parse(text), 'main'), undefined)
  }
})

t.test('what somebody put beside the route that was rendered is seen, however deep', async (t) => {
  const config: JsonObject = JSON.parse(
    rendered(
      { main: { phase: 'plain', servers: 2 } },
      { release: 'current', prefixes: [{ prefix: 'm:', pool: 'main' }] },
    ),
  )
  t.strictSame(phaseIn(config, 'main'), { phase: 'plain', servers: 2 })
  const handles = Array.isArray(config.named_handles) ? config.named_handles : []
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}"PoolRoute|memcached"${']'.repeat(100_000)}`)
  for (const children of [deep, ['read'], 'PoolRoute|memcached', ['keys']]) {
    const more = {
      ...config,
      named_handles: [...handles, { type: 'AllSyncRoute', name: 'stranger', children }],
    }
    t.equal(phaseIn(more, 'main'), undefined)
  }
})

/** The text for a Mcrouter with pools in those phases. */
function rendered(phases: Readonly<Record<string, Phase>>, { release, prefixes }: Circumstances): string {
  const pools = Object.keys(phases)
    .filter((name) => name !== 'main')
    .map((name) => ({ name }))
  const mcrouter = mcrouterWith({ topology: 'sharded', routers: { release }, pools, prefixes })
  const servers = mcrouter.pools.map((pool) =>
    serverNames(mcrouter, pool, serversIn(phases[pool.name]), 'cluster.local'),
  )
  const resizes = Object.entries(phases).flatMap(([name, one]) =>
    one.phase === 'plain' ? [] : [[name, one] as const],
  )
  const given = { features: featuresOf(release), filling: false, resizes: new Map(resizes) }
  return serialise(configFor(mcrouter, servers, given))
}

function serversIn(phase: Phase = { phase: 'plain', servers: 0 }): number {
  return phase.phase === 'plain' ? phase.servers : serversDuring(phase)
}

type Path = readonly (string | number)[]

/** Of all values but the whole. */
function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield* pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

/** Not what is of another pool, nor how the pool's servers are called and how long they are waited for, nor which prefixes lead to it. */
function concernsMain([first, second, third]: Path, config: JsonObject): boolean {
  const isPrefixed = JSON.stringify(config.route).includes('PrefixSelectorRoute')
  if (first === 'route') return !isPrefixed || second === 'wildcard'
  if (first === 'named_handles' && Array.isArray(config.named_handles) && second !== undefined) {
    return !/"name":"users\./.test(JSON.stringify(config.named_handles[Number(second)]))
  }
  if (first === 'pools' && second === 'memcached') return third === undefined
  return first === 'named_handles' || (first === 'pools' && second !== 'memcached.users')
}

/** Whether there was something to change. */
function mutate(config: unknown, path: Path, how: string): boolean {
  const [key, ...rest] = path
  if (typeof config !== 'object' || config === null || key === undefined) return false
  const holder = new Map<string | number, unknown>(Object.entries(config))
  if (rest.length > 0) return mutate(holder.get(String(key)), rest, how)
  const value = holder.get(String(key))
  if (Array.isArray(config)) {
    if (how === 'drop') config.splice(Number(key), 1)
    else config.splice(Number(key), how === 'twice' ? 0 : 1, how === 'twice' ? value : otherThan(value))
    return true
  }
  if (how === 'twice') return false
  Reflect.deleteProperty(config, key)
  if (how === 'other') Reflect.set(config, key, otherThan(value))
  return true
}

function otherThan(value: unknown): unknown {
  return typeof value === 'string' ? `${value}x` : 'NullRoute'
}

function same(found: unknown, expected: unknown): void {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value, sortedKeys))
  if (one !== other) throw new Error(`${one} is not ${other}`)
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
