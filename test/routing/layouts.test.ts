import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { configFor, serialise } from '../../routing/config.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import { OPERATIONS } from '../../routing/explain/request.ts'
import { checkConfig } from '../../routing/language/check-config.ts'
import { serversIn } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

// Whatever pools, prefixes and stand-ins a spec has, the configuration is one that mcrouter of that release takes, and of which
// every request can be explained.

const layout = fc.oneof(
  fc.record({ shards: fc.integer({ min: 1, max: 6 }), copies: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ shards: fc.constant(1), copies: fc.integer({ min: 2, max: 30 }) }),
)
const inCopies = {
  writes: fc.constantFrom('Available' as const, 'Strict' as const),
  onMiss: fc.constantFrom('Miss' as const, 'AskCopies' as const, 'Refill' as const),
}
const standIns = fc.constantFrom(
  {},
  { gutter: { pool: 'spare', ttlSeconds: 60 } },
  { warmUp: { from: 'old', ttlSeconds: 3600 } },
  { gutter: { pool: 'spare', ttlSeconds: 60 }, warmUp: { from: 'old', ttlSeconds: 3600 } },
)
const pool = fc
  .tuple(layout, fc.record(inCopies), standIns)
  .map(([size, does, others]) => ({ ...size, ...does, ...(size.copies === 1 && others) }))

const mcrouters = fc
  .record({
    release: fc.constantFrom('37' as const, '40' as const, '41' as const, 'current' as const),
    main: pool,
    users: pool,
    prefixes: fc.subarray([
      { prefix: 'user:', pool: 'users' },
      { prefix: '50%', pool: 'users' },
      { prefix: 'type', pool: 'main' },
      { prefix: 'vars', pool: 'old' },
    ]),
  })
  .map(({ release, main, users, prefixes }) =>
    mcrouterWith({
      routers: { release },
      memcached: main,
      pools: [
        { name: 'users', ...users },
        { name: 'spare', shards: 2, copies: 1 },
        { name: 'old', shards: 3, copies: 1 },
      ],
      prefixes,
    }),
  )

function configOf(mcrouter: Mcrouter, absent: readonly string[]): unknown {
  const servers = mcrouter.pools.map((one) =>
    absent.includes(one.name)
      ? []
      : Array.from(
          { length: serversIn(one) },
          (_, ordinal) => `${one.name}-${ordinal}.shop.svc.cluster.local:11211`,
        ),
  )
  return JSON.parse(serialise(configFor(mcrouter, servers)))
}

const absent = fc.subarray(['users', 'spare', 'old'])

t.test('each is right by the language of its release', async () => {
  fc.assert(
    fc.property(mcrouters, absent, (mcrouter, missing) => {
      const { release } = mcrouter.routers
      // Of people's own configurations no escape is taken but of characters: here these prefixes are the ones that need another.
      const prefixes = mcrouter.prefixes.filter(({ prefix }) => !['type', 'vars'].includes(prefix))
      const verdict = checkConfig(configOf({ ...mcrouter, prefixes }, missing), { release })
      assert(verdict.accepted, JSON.stringify(verdict))
      const warnings = verdict.warnings.filter((warning) => !/no route leads to the pool/.test(warning))
      assert.deepEqual(warnings, [])
    }),
    effort(100),
  )
})

t.test('each says where every request goes', async () => {
  fc.assert(
    fc.property(
      mcrouters,
      absent,
      fc.constantFrom('user:1', 'type', 'vars', '50%', 'other'),
      (mcrouter, missing, key) => {
        const explain = explainer(configOf(mcrouter, missing))
        for (const operation of OPERATIONS) {
          const servers = destinations(explain(operation, key))
          const isRefused = ['metaget', 'lease-get', 'lease-set'].includes(operation)
          assert.equal(servers.length === 0, isRefused, `${operation} of ${key}: ${servers}`)
        }
      },
    ),
    effort(50),
  )
})
