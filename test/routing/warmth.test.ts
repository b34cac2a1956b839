import t from 'tap'
import { COLD_REASONS, type ColdReason, MOST_CONFIG_BYTES, warmth } from '../../routing/warmth.ts'
import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

const external = [{ host: 'a', port: 1, tls: false }]
const gutter = { pool: 'spare', ttlSeconds: 60 }
const warmUp = { from: 'spare', ttlSeconds: 60 }

/** What makes a pool of shards one that cannot be resized warm, in each way there is. */
const OF_POOL: Partial<
  Record<ColdReason, readonly (Partial<Pool> & { readonly zones?: readonly string[] })[]>
> = {
  ExternalServers: [{ external }],
  Copies: [{ copies: 2 }],
  Zones: [{ zones: ['eu-1a'] }],
  Gutter: [{ gutter }],
  WarmUp: [{ warmUp }],
  NoCas: [{ args: ['-C'] }, { args: ['--disable-cas'] }, { args: ['-vC'] }],
  NoCrawler: [{ args: ['-o', 'modern,no_lru_crawler'] }, { args: ['--extended=no_lru_crawler'] }],
  NoDump: [{ args: ['-X'] }, { args: ['--disable-dumping'] }],
  NoEvictions: [{ args: ['-R', '40', '-M'] }],
}

t.test('shards alone are resized warm, of a further pool as well', async (t) => {
  t.strictSame(ofMain({}), [])
  t.strictSame(ofMain({ args: ['-R', '40', '-o', 'lru_crawler_sleep=0', '-v'] }), [])
  t.strictSame(ofFurther({ prefixes: [{ prefix: 'user:', pool: 'users' }] }), [])
})

t.test('what makes it impossible does so before and after', async (t) => {
  for (const [reason, pools] of Object.entries(OF_POOL)) {
    for (const pool of pools) {
      t.strictSame(ofMain(pool), [reason], `${reason} before`)
      t.strictSame(ofMain({}, pool), [reason], `${reason} after`)
    }
  }
})

t.test('so does what other parts of the spec say', async (t) => {
  t.strictSame(ofMain({}, {}, { config: { route: 'NullRoute' } }), ['OwnRoutes'])
  t.strictSame(ofFurther({}), ['NotRouted'])
  for (const standsIn of [
    { gutter: { pool: 'users', ttlSeconds: 60 } },
    { warmUp: { from: 'users', ttlSeconds: 60 } },
  ]) {
    const pools = [
      { name: 'users', shards: 2 },
      { name: 'sessions', shards: 2, ...standsIn },
    ]
    const mcrouter = mcrouterWith({
      memcached: { shards: 2 },
      pools,
      prefixes: [{ prefix: 'user:', pool: 'users' }],
    })
    t.strictSame(ofPool(mcrouter, 1), ['StandsIn'])
  }
  t.strictSame(ofMain({}, {}, {}, MOST_CONFIG_BYTES), [])
  t.strictSame(ofMain({}, {}, {}, MOST_CONFIG_BYTES + 1), ['TooLong'])
})

t.test('all of it is told at once, and each reason has a test here', async (t) => {
  t.strictSame(ofMain({ copies: 2, args: ['-C', '-M'] }), ['Copies', 'NoCas', 'NoEvictions'])
  const here = [...Object.keys(OF_POOL), 'OwnRoutes', 'NotRouted', 'StandsIn', 'TooLong']
  t.strictSame(here.toSorted(), Object.keys(COLD_REASONS).toSorted())
})

function ofMain(
  before: Partial<Pool>,
  after: Partial<Pool> = {},
  rest: Partial<Pick<Mcrouter, 'config'>> = {},
  bytes = 1_000,
): readonly ColdReason[] {
  const now = mcrouterWith({ memcached: { shards: 3, ...after }, ...rest })
  const { pools } = mcrouterWith({ memcached: { shards: 2, ...before } })
  return warmth(pools[0], now.pools[0], now, bytes)
}

function ofFurther(rest: Partial<Pick<Mcrouter, 'prefixes'>>): readonly ColdReason[] {
  return ofPool(mcrouterWith({ memcached: { shards: 2 }, pools: [{ name: 'users', shards: 3 }], ...rest }), 1)
}

function ofPool(mcrouter: Mcrouter, index: number): readonly ColdReason[] {
  const pool = mcrouter.pools[index]
  if (pool === undefined) throw new Error(`there is no pool ${index}`)
  return warmth({ ...pool, shards: pool.shards + 1 }, pool, mcrouter, 1_000)
}
