import fc from 'fast-check'
import t from 'tap'
import { configFor, serialise } from '../../routing/config.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { type Explain, explainer } from '../../routing/explain/explain.ts'
import { OPERATIONS } from '../../routing/explain/request.ts'
import { checkConfig } from '../../routing/language/check-config.ts'
import type { McrouterConfig } from '../../routing/mcrouter-config.ts'
import { featuresOf } from '../../routing/release.ts'
import { type Resize, serversDuring } from '../../routing/resize.ts'
import { serverNames } from '../../routing/servers.ts'
import { MOST_CONFIG_BYTES } from '../../routing/warmth.ts'
import { MAIN_POOL, type Pool, type Release } from '../../schemas/mcrouter.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { meaningFor, meaningOf } from './meaning.ts'
import { TRIED, TRIED_ROUTES, type Tried, tried, triedServer } from './warm-resize-files.ts'

const PHASES = ['mirror', 'flip'] as const
const RELEASES: readonly Release[] = ['37', '40', '41', 'current']
/** What mcrouter answers with an error of its own. */
const REFUSED = ['metaget', 'lease-get', 'lease-set']
/** What reads or writes nothing but the place that answers. */
const IN_ONE_PLACE = { mirror: ['get', 'gets', 'add'], flip: ['get', 'gets'] }

/** So it is, for as long as the resize takes: both places are copies of each other (docs/adr/0053-warm-resize.md). */
const IN_TWO_PLACES =
  /cas, incr, decr can reach more than one server for a key: counters and tokens then go back$/

t.test('each operation on each key does what it did with the configuration that was tried', async (t) => {
  const keys = [
    ...new Set(TRIED_ROUTES.map(({ key }) => key)),
    ...Array.from({ length: 200 }, (_, n) => `k:${n}`),
  ]
  for (const [file, phase] of TRIED) {
    const theirs = meaningOf(tried(file))[''] ?? {}
    const ours = meaningOf(ofTried(phase))[''] ?? {}
    t.strictSame(Object.keys(ours), Object.keys(theirs))
    const wrong = keys.flatMap((key) =>
      Object.keys(ours).filter(
        (operation) =>
          text(meaningFor(key, ours[operation] ?? '')) !== text(meaningFor(key, theirs[operation] ?? '')),
      ),
    )
    t.strictSame(wrong, [], file)
  }
  t.equal(TRIED.size, 2 * 8 + 4)
})

t.test('requests reach the servers that the real mcrouter named, in its order', async (t) => {
  const explained = new Map<string, readonly Explain[]>(
    [...TRIED].map(([file, phase]) => [file, [explainer(tried(file)), explainer(ofTried(phase))]]),
  )
  const wrong = TRIED_ROUTES.flatMap(({ config, key, ops, destinations: named }) => {
    const expected = named.map((name) => (name === '' ? '' : triedServer(Number(name.slice(1)))))
    return ops.filter((op) =>
      explained.get(config)?.some((explain) => destinations(explain(op, key)).join() !== expected.join()),
    )
  })
  t.strictSame(wrong, [])
  t.equal(TRIED_ROUTES.length, 2244)
  t.strictSame(new Set(TRIED_ROUTES.map(({ config }) => config)), new Set(TRIED.keys()))
})

t.test(
  'of any two sizes, a key that stays has one server, and one that moves has both of its own',
  async () => {
    const size = fc.integer({ min: 1, max: 100 })
    const key = fc.string({ unit: fc.constantFrom(...'abz019:-|#'), minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(size, size, fc.array(key, { minLength: 1, maxLength: 20 }), (from, to, keys) => {
        fc.pre(from !== to)
        const [before, after] = [plainly(from), plainly(to)]
        for (const phase of PHASES) {
          const explain = explainer(resized({ from, to, phase }))
          for (const operation of OPERATIONS.filter((one) => !REFUSED.includes(one))) {
            for (const one of keys) {
              const [old, next] = [asked(before, operation, one), asked(after, operation, one)]
              const [answering, other] = phase === 'mirror' ? [old, next] : [next, old]
              const places =
                old === next || IN_ONE_PLACE[phase].includes(operation) ? [answering] : [answering, other]
              const found = destinations(explain(operation, one))
              if (found.join() !== places.join())
                throw new Error(`${phase} ${operation} ${one}: ${found}, not ${places}`)
            }
          }
        }
      }),
      effort(40),
    )
  },
)

t.test(
  'what a server that is dead means for a read and a write is what it means in a plain pool',
  async (t) => {
    for (const phase of PHASES) {
      const by = meaningOf(resized({ from: 2, to: 3, phase }))[''] ?? {}
      for (const operation of ['get', 'gets']) {
        t.match(by[operation], {
          type: 'FailoverRoute',
          children: [{ type: 'HashRoute' }, { type: 'NullRoute' }],
        })
      }
      for (const operation of REFUSED) t.match(by[operation], { type: 'ErrorRoute' })
    }
  },
)

t.test(
  'every release takes the configuration, whichever pool is resized, and one warning alone is due',
  async (t) => {
    for (const release of RELEASES) {
      for (const pool of [MAIN_POOL, 'users']) {
        for (const phase of PHASES) {
          for (const [from, to] of [
            [1, 2],
            [2, 1],
            [5, 3],
            [3, 50],
          ] as const) {
            const config = JSON.parse(serialise(resized({ from, to, phase }, { pool, release })))
            const verdict = checkConfig(config, { release })
            t.match(
              verdict,
              { accepted: true, warnings: [IN_TWO_PLACES] },
              `${release} ${pool} ${phase} ${from}`,
            )
            t.equal(verdict.accepted && verdict.warnings.length, 1)
          }
        }
      }
    }
  },
)

t.test('the keys of a prefix move alone', async (t) => {
  const config = resized({ from: 2, to: 3, phase: 'mirror' }, { pool: 'users' })
  const by = meaningOf(config)
  t.strictSame(by[''], meaningOf(resized(undefined, { pool: 'users' }))[''])
  const keys = Array.from({ length: 50 }, (_, n) => `user:${n}`)
  const explain = explainer(config)
  const reached = keys.map((key) => destinations(explain('set', key)).length)
  t.ok(reached.includes(1) && reached.includes(2))
})

t.test('a pool that is resized is rendered as such whatever its spec has become', async (t) => {
  const resize = { from: 2, to: 3, phase: 'flip' } as const
  const expected = resized(resize)
  for (const memcached of [
    { shards: 1, copies: 3 },
    { shards: 2, copies: 2 },
    { shards: 2, copies: 1 },
  ]) {
    t.strictSame(resized(resize, { memcached }), expected, text(memcached))
  }
})

t.test('a thousand servers with the longest names fit, and one that is added costs its name', async (t) => {
  const name = 'm'.repeat(42)
  const mcrouter = mcrouterWith({ name, namespace: 'n'.repeat(63), topology: 'sharded' })
  const domain = `${'d'.repeat(63)}.${'e'.repeat(36)}`
  const bytes = (from: number, to: number, print: (config: McrouterConfig) => string) => {
    const servers = serverNames(mcrouter, mcrouter.pools[0], Math.max(from, to), domain)
    const resizes = new Map([[MAIN_POOL, { from, to, phase: 'flip' as const }]])
    const config = configFor(mcrouter, [servers], {
      features: featuresOf('current'),
      filling: false,
      resizes,
    })
    return Buffer.byteLength(print(config))
  }
  t.ok(bytes(999, 1000, serialise) < MOST_CONFIG_BYTES, `${bytes(999, 1000, serialise)} bytes`)
  const [longest = ''] = serverNames(mcrouter, mcrouter.pools[0], 100, domain).slice(-1)
  const moved = bytes(10, 100, JSON.stringify) - bytes(10, 99, JSON.stringify) - `"${longest}",`.length
  t.ok(moved < 60, `${moved} bytes`)
})

interface Circumstances {
  /** That is resized. */
  readonly pool?: string
  readonly release?: Release
  /** As the spec has it by now. */
  readonly memcached?: Partial<Pool>
}

/** The configuration over the servers of the larger size. */
function resized(
  resize: Resize | undefined,
  { pool = MAIN_POOL, release = 'current', memcached = { shards: 2, copies: 1 } }: Circumstances = {},
): McrouterConfig {
  const others = pool === MAIN_POOL ? {} : { pools: [{ name: pool }], prefixes: [{ prefix: 'user:', pool }] }
  const mcrouter = mcrouterWith({ routers: { release }, memcached, ...others })
  const names = (of: string, count: number) =>
    Array.from({ length: count }, (_, ordinal) => `${of}-${ordinal}:1`)
  const servers = mcrouter.pools.map(({ name }) =>
    names(name, name === pool && resize !== undefined ? serversDuring(resize) : 2),
  )
  const resizes = new Map(resize === undefined ? [] : [[pool, resize]])
  return configFor(mcrouter, servers, { features: featuresOf(release), filling: false, resizes })
}

function plainly(servers: number): Explain {
  const names = Array.from({ length: servers }, (_, ordinal) => `${MAIN_POOL}-${ordinal}:1`)
  return explainer(configFor(mcrouterWith({ topology: 'sharded', routers: { release: 'current' } }), [names]))
}

function asked(explain: Explain, operation: (typeof OPERATIONS)[number], key: string): string {
  return destinations(explain(operation, key)).join()
}

/** Ours over the servers that were there. */
function ofTried(phase: Tried): McrouterConfig {
  // What was tried has the timeout of small items.
  const memcached = { shards: 1, copies: 1, maxItemSize: '1m' }
  const mcrouter = mcrouterWith({ routers: { release: 'current' }, memcached })
  const count = phase.phase === 'plain' ? phase.servers : serversDuring(phase)
  const servers = Array.from({ length: count }, (_, ordinal) => triedServer(ordinal))
  const resizes = new Map(phase.phase === 'plain' ? [] : [[MAIN_POOL, phase]])
  return configFor(mcrouter, [servers], { features: featuresOf('current'), filling: false, resizes })
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
