import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Settings } from '../../../schemas/fields.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { validate } from '../../../schemas/validation/validate.ts'
import { UNKNOWN } from '../../../schemas/validation/writing.ts'
import { effort } from '../../../testing/effort.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'

// Where a spec of this version has a field of the internal form. Of one that it does not have it says nothing, and then no spec
// may decide it either.
const LACKED = {
  shared: ['prefixes'],
  routers: ['args', 'maxConnections', 'timeouts'],
  pool: ['args', 'external', 'gutter', 'minReadySeconds', 'onMiss', 'threads', 'warmUp', 'writes', 'zones'],
} as const

function lackedIn({ routers, pools: [pool], ...shared }: Settings): string {
  return JSON.stringify([
    LACKED.shared.map((name) => shared[name]),
    LACKED.routers.map((name) => routers[name]),
    LACKED.pool.map((name) => pool[name] ?? 'none'),
  ])
}

t.test('what this version has no field for is the same in all that it says', async () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(validMcrouter(), ({ spec }) => {
      const validity = validate(spec, UNKNOWN, V1ALPHA3)
      assert(validity.valid)
      seen.add(lackedIn(validity.settings))
    }),
    effort(200),
  )
  assert.equal(seen.size, 1)
})

t.test('it says so of those fields, and of any other where it is', async (t) => {
  for (const name of LACKED.shared) t.equal(V1ALPHA3.keysOf(name), undefined, name)
  for (const name of LACKED.routers) t.equal(V1ALPHA3.keysOf(`routers.${name}`), undefined, name)
  for (const name of LACKED.pool) t.equal(V1ALPHA3.keysOf(`pool.${name}`), undefined, name)
  t.strictSame(V1ALPHA3.keysOf('pool.shards'), ['memcached_pool_size'])
  t.strictSame(V1ALPHA3.keysOf('pool.topology'), ['pool_setup'])
  t.equal(V1ALPHA3.fieldPath('routers.threads'), 'mcrouter_resources', 'from which they follow')
})

t.test('a pool of one server is what it was called', async (t) => {
  for (const setup of ['replicated', 'sharded']) {
    const validity = validate({ pool_setup: setup, memcached_pool_size: 1 }, UNKNOWN, V1ALPHA3)
    assert(validity.valid)
    t.match(validity.settings.pools, [{ topology: setup, shards: 1, copies: 1 }])
    t.match(V1ALPHA3.fromHub(validity.settings), { pool_setup: setup, memcached_pool_size: 1 })
  }
})
