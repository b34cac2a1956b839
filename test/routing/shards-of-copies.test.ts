import t from 'tap'
import { configFor } from '../../routing/config.ts'
import { ch3 } from '../../routing/hash/ch3.ts'
import { serversIn } from '../../schemas/layout.ts'
import type { Pool, Release } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { type ByOperation, destinations, type Meaning, meaningFor, meaningOf } from './meaning.ts'

const KEYS = Array.from({ length: 300 }, (_, index) => `user:${index}:profile`)
const LAYOUTS = [
  { shards: 2, copies: 2 },
  { shards: 4, copies: 2 },
  { shards: 3, copies: 3 },
  { shards: 5, copies: 4 },
] as const
const RELEASES = ['37', '40', 'current'] as const

t.test('a request goes to the copies of its key and to no other server', async (t) => {
  for (const layout of LAYOUTS) {
    for (const release of RELEASES) {
      for (const writes of ['Available', 'Strict'] as const) {
        for (const onMiss of ['Miss', 'AskCopies', 'Refill'] as const) {
          const by = routes({ ...layout, writes, onMiss }, release)
          const strays = KEYS.slice(0, 30).flatMap((key) =>
            Object.keys(by).filter((operation) => !isWithin(at(key, operation, by), copiesOf(key, layout))),
          )
          t.strictSame(strays, [], JSON.stringify({ ...layout, release, writes, onMiss }))
        }
      }
    }
  }
})

t.test('counters and tokens are of the copy that is read first, and of it alone', async (t) => {
  for (const layout of LAYOUTS) {
    const by = routes(layout)
    for (const key of KEYS) {
      const [home] = reached(at(key, 'get', by))
      for (const operation of ['cas', 'incr', 'decr'])
        if (!same(reached(at(key, operation, by)), [home])) t.fail(`${operation} of ${key}`)
    }
  }
})

t.test('an add wins by more than half of the copies, each asked once, or by both of two', async (t) => {
  for (const layout of LAYOUTS) {
    const by = routes(layout)
    const strict = routes({ ...layout, writes: 'Strict' })
    for (const key of KEYS.slice(0, 30)) {
      const [add, append] = [at(key, 'add', by), at(key, 'append', by)]
      t.match(add, { type: layout.copies === 2 ? 'AllSyncRoute' : 'AllMajorityRoute' })
      t.match(append, { type: layout.copies === 2 ? 'AllFastestRoute' : 'AllMajorityRoute' })
      t.strictSame(at(key, 'prepend', by), append)
      for (const one of [add, append]) t.strictSame(reached(one).toSorted(), copiesOf(key, layout).toSorted())
      for (const operation of ['add', 'append', 'prepend', 'set'])
        t.match(at(key, operation, strict), { type: 'AllSyncRoute' }, `strict ${operation}`)
    }
  }
})

t.test('a write leaves for the copy that is read first, and waits for all that live', async (t) => {
  for (const writes of ['Available', 'Strict'] as const) {
    const { named_handles } = configOf({ shards: 4, copies: 3, writes })
    const handles = new Map(named_handles.map((handle) => [handle.name, handle]))
    const childrenOf = (name = '') => {
      const handle = handles.get(name)
      return handle !== undefined && 'children' in handle
        ? handle
        : { type: '', children: [], salt: undefined }
    }
    const [read, write] = [childrenOf('read'), childrenOf('write')]
    t.equal(read.salt, write.salt, 'the same hash chooses among both')
    for (const [copy, list] of write.children.entries()) {
      const { type, children } = childrenOf(list)
      t.equal(type, 'AllSyncRoute')
      t.equal(children.length, 3)
      const first = writes === 'Strict' ? childrenOf(read.children[copy]).children[0] : read.children[copy]
      t.equal(children[0], first)
    }
  }
})

t.test('every server is the home of its share of the keys', async (t) => {
  // Without a salt of its own the choice of the copy follows from that of the shard: of these eight, two would be nobody's home.
  const by = routes({ shards: 4, copies: 2 })
  const homes = new Map<string, number>()
  for (const key of KEYS) {
    const [home = ''] = reached(at(key, 'get', by))
    homes.set(home, (homes.get(home) ?? 0) + 1)
  }
  t.equal(homes.size, 8)
  for (const [home, keys] of homes) t.ok(keys > 20 && keys < 60, `${home}: ${keys} of ${KEYS.length}`)
})

t.test('a further shard takes its share, and no other key moves, not even to another copy', async (t) => {
  for (const { shards, copies } of LAYOUTS) {
    const [before, after] = [routes({ shards, copies }), routes({ shards: shards + 1, copies })]
    const added = Array.from({ length: copies }, (_, copy) => server(shards * copies + copy))
    let moved = 0
    for (const key of KEYS) {
      const [was, is] = [reached(at(key, 'get', before)), reached(at(key, 'get', after))]
      if (same(was, is)) continue
      moved += 1
      t.ok(
        is.every((name) => added.includes(name)),
        `${key} moved to ${is}`,
      )
    }
    const share = moved / KEYS.length
    t.ok(Math.abs(share - 1 / (shards + 1)) < 0.08, `${shards} × ${copies}: ${share} of the keys moved`)
  }
})

t.test(
  'the copies of a single shard are chosen without a salt: no key of an existing pool moves',
  async (t) => {
    for (const copies of [2, 3, 5]) {
      const by = routes({ shards: 1, copies })
      for (const key of KEYS.slice(0, 50))
        t.equal(reached(at(key, 'get', by))[0], server(ch3(Buffer.from(key), copies)))
    }
  },
)

t.test('servers that make no whole shard are not used', async (t) => {
  const mcrouter = mcrouterWith({ memcached: { shards: 3, copies: 2 } })
  const { pools } = configFor(mcrouter, [[0, 1, 2, 3, 4].map(server)])
  t.strictSame(pools.memcached?.servers, [0, 1, 2, 3].map(server))
  t.strictSame(pools['memcached-1']?.servers, [1, 3].map(server))
})

/** The server of a shard in a copy has the ordinal shard × copies + copy. */
function copiesOf(key: string, { shards, copies }: Pick<Pool, 'shards' | 'copies'>): string[] {
  const shard = ch3(Buffer.from(key), shards)
  return Array.from({ length: copies }, (_, copy) => server(shard * copies + copy))
}

function server(ordinal: number): string {
  return `s${ordinal}:11211`
}

function configOf(pool: Partial<Pool>, release: Release = 'current') {
  const mcrouter = mcrouterWith({ routers: { release }, memcached: pool })
  const servers = Array.from({ length: serversIn(mcrouter.pools[0]) }, (_, ordinal) => server(ordinal))
  return configFor(mcrouter, [servers])
}

function routes(pool: Partial<Pool>, release?: Release): ByOperation {
  return meaningOf(configOf(pool, release))[''] ?? {}
}

/** Where requests for that key go. */
function at(key: string, operation: string, by: ByOperation): Meaning {
  return meaningFor(key, by[operation] ?? '')
}

function reached(meaning: Meaning): string[] {
  return destinations(meaning).map((name) => name.replace(/ .*/, ''))
}

function isWithin(meaning: Meaning, servers: readonly string[]): boolean {
  return reached(meaning).every((name) => servers.includes(name))
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}
