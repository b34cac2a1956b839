import t from 'tap'
import { configFor } from '../../routing/config.ts'
import type { McrouterConfig } from '../../routing/mcrouter-config.ts'
import type { Pool, Prefix, Release } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { GoldenFiles } from './golden-files.ts'
import { type ByOperation, type Meaning, meaningOf } from './meaning.ts'

// Configurations that were tried on the real mcrouter, and ours over the same servers: each operation does the same, whatever
// handles and pools are called and in whatever order they are sent to. Where it does not, the difference is taken away here, and why.

const FILES = new GoldenFiles('golden-routes.test.ts')
const READS = ['get', 'gets', 'gat', 'gats']
const REFUSED = ['metaget', 'lease-get', 'lease-set']

t.test('strict writes go to every copy, as was tried', async (t) => {
  for (const copies of [2, 3]) {
    const tried = golden(`replicated-${copies}-strict`)
    // Ours leave for the home first, so that a get in the same segment meets them: in another order to the same copies.
    t.strictSame(ofCopies(tried, { copies, writes: 'Strict' }), meaningOf(tried)[''], `${copies}`)
  }
  const tried = golden('replicated-3-strict-release37')
  const ours = ofCopies(tried, { copies: 3, writes: 'Strict' }, '37')
  // It does not know them, so that nothing is said of them: they take the way of a write.
  for (const operation of ['gat', 'gats']) t.strictSame(ours[operation], ours.set)
  t.strictSame(ours, meaningOf(tried)[''])
})

t.test('a copy that misses is helped by the others, as was tried', async (t) => {
  for (const [onMiss, name] of [
    ['AskCopies', 'missfailover'],
    ['Refill', 'selfheal'],
  ] as const) {
    for (const copies of [2, 3]) {
      const tried = golden(`replicated-${copies}-${name}`)
      t.strictSame(ofCopies(tried, { copies, onMiss }), meaningOf(tried)[''], `${name}, ${copies}`)
    }
  }
})

t.test('shards are those of the bare pool that was tried', async (t) => {
  for (const [name, release] of [
    ['sharded-3', 'current'],
    ['sharded-3-release37', '37'],
  ] as const) {
    const tried = golden(name)
    const ours = over(tried, ['A'], { memcached: { shards: 3 } }, release)['']
    t.strictSame(forwarded(answered(ours)), forwarded(meaningOf(tried)['']), name)
    for (const operation of REFUSED) t.match(ours?.[operation], { type: 'ErrorRoute' })
  }
})

t.test('a gutter stands in, as was tried', async (t) => {
  const tried = golden('gutter')
  const ours = over(tried, ['main', 'gutter'], {
    memcached: { shards: 4, gutter: { pool: 'gutter', ttlSeconds: 60 } },
    pools: [{ name: 'gutter', shards: 2 }],
  })
  t.strictSame(answered(ours['']), meaningOf(tried)[''])
})

t.test('a pool takes over from another, as was tried', async (t) => {
  const tried = golden('warmup')
  const ours = over(tried, ['cold', 'warm'], {
    memcached: { shards: 4, warmUp: { from: 'warm', ttlSeconds: 3600 } },
    pools: [{ name: 'warm', shards: 3 }],
  })
  t.strictSame(answered(ours['']), meaningOf(tried)[''])
})

t.test('a prefix leads to its pool, as was tried', async (t) => {
  const tried = golden('prefix')
  const ours = over(tried, ['default', 'users', 'sessions'], {
    memcached: { shards: 2 },
    pools: [
      { name: 'users', shards: 3 },
      { name: 'sessions', shards: 3 },
    ],
    prefixes: [
      { prefix: 'user:', pool: 'users' },
      { prefix: 'sess:', pool: 'sessions' },
    ],
  })
  t.strictSame(Object.keys(ours).toSorted(), ['', 'sess:', 'user:'])
  for (const [prefix, meaning] of Object.entries(meaningOf(tried))) {
    for (const operation of REFUSED) t.match(ours[prefix]?.[operation], { type: 'ErrorRoute' })
    t.strictSame(forwarded(answered(ours[prefix])), forwarded(meaning), prefix)
  }
})

t.test('none of those that are to be compared here is left out', async (t) => t.same([...FILES.unread], []))

interface Spec {
  readonly memcached: Partial<Pool>
  readonly pools?: readonly (Partial<Pool> & Pick<Pool, 'name'>)[]
  readonly prefixes?: readonly Prefix[]
}

/** Our configuration over the servers of those pools of the one that was tried. */
function over(
  tried: Tried,
  names: readonly string[],
  { pools = [], ...spec }: Spec,
  release: Release = 'current',
) {
  // What was tried has the timeout of small items.
  const mcrouter = mcrouterWith({
    routers: { release },
    ...spec,
    memcached: { maxItemSize: '1m', ...spec.memcached },
    pools: pools.map((pool) => ({ copies: 1, ...pool })),
  })
  const servers = names.map((name) => tried.pools[name]?.servers ?? [])
  return meaningOf(configFor(mcrouter, servers))
}

function ofCopies(tried: Tried, memcached: Partial<Pool>, release?: Release): ByOperation {
  return over(tried, ['A'], { memcached }, release)[''] ?? {}
}

type Tried = Pick<McrouterConfig, 'pools'>

function golden(name: string): Tried {
  return JSON.parse(FILES.text(name))
}

/** What was tried forwards what memcached does not know, and one such request takes a healthy server away from everybody. */
function forwarded(meaning: ByOperation = {}): ByOperation {
  return Object.fromEntries(Object.entries(meaning).filter(([operation]) => !REFUSED.includes(operation)))
}

/** Without the miss that is a read's answer where nobody else has one: an error for one key would leave a get of many without any value. */
function answered(meaning: ByOperation = {}): ByOperation {
  return Object.fromEntries(
    Object.entries(meaning).map(([operation, one]) => [
      operation,
      READS.includes(operation) ? orMiss(one) : one,
    ]),
  )
}

function orMiss(read: Meaning): Meaning {
  if (typeof read === 'string' || read.type !== 'FailoverRoute') return read
  const [first = '', last] = read.children
  return typeof last === 'object' && last.type === 'NullRoute' && read.children.length === 2 ? first : read
}
