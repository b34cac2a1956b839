import assert from 'node:assert/strict'
import t from 'tap'
import { routingOf } from '../../render/routing.ts'
import { configFor, serialise } from '../../routing/config.ts'
import { LONGEST_OWN } from '../../routing/judge-own-config.ts'
import { featuresOf } from '../../routing/release.ts'
import { serverNames } from '../../routing/servers.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { objectOf } from '../schemas/v1beta1/judged.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'

/** Of what a ConfigMap can hold (k8s.io/api/core/v1 MaxSecretSize, which is asked of both), with room for what else is in it. */
const MOST_BYTES = 2 ** 20 - 4096

// All names as long as they may be: of a Mcrouter and a pool together, of a namespace, of the domain of a cluster.
const NAME = 'm'.repeat(21)
const NAMESPACE = 'n'.repeat(63)
const DOMAIN = `${'d'.repeat(63)}.${'e'.repeat(36)}`

function sizeOf(memcached: JsonObject, further: readonly JsonObject[]): number {
  const pools = further.map((pool, index) => ({ ...pool, name: `${'p'.repeat(18)}${index + 10}` }))
  const prefixes = pools.map(({ name }, index) => ({ prefix: `${'k'.repeat(120)}:${index}`, pool: name }))
  const object = objectOf({ memcached, pools, prefixes }, { name: NAME, namespace: NAMESPACE })
  const judgement = judge(object, { versions: BOTH })
  assert(judgement.accepted, JSON.stringify(judgement))
  const { mcrouter } = judgement
  const servers = mcrouter.pools.map((pool) => serverNames(mcrouter, pool, pool.shards * pool.copies, DOMAIN))
  const config = configFor(mcrouter, servers, { features: featuresOf('37'), filling: true })
  return Buffer.byteLength(serialise(config))
}

t.test("with mcrouter's own JSON, the operator's pools leave room for the longest of that", async (t) => {
  for (const memcached of [{ shards: 500, copies: 2 }, { shards: 1, copies: 1000 }, { shards: 1000 }]) {
    const object = objectOf(
      { memcached, config: { route: 'NullRoute' } },
      { name: NAME, namespace: NAMESPACE },
    )
    const judgement = judge(object, { versions: BOTH })
    assert(judgement.accepted, JSON.stringify(judgement))
    const text = routingText(judgement.mcrouter)
    t.ok(text < 600_000, `${text} bytes`)
    t.ok(text + LONGEST_OWN < MOST_BYTES)
  }
})

function routingText(mcrouter: Mcrouter): number {
  return Buffer.byteLength(serialise(routingOf(mcrouter, { clusterDomain: DOMAIN })))
}

t.test('the configuration of what is accepted fits into a ConfigMap, whatever is called how', async (t) => {
  const times = (count: number, pool: JsonObject) => Array.from({ length: count }, () => pool)
  const asked = { shards: 5, copies: 32, onMiss: 'AskCopies' }
  const zones = Array.from({ length: 10 }, (_, zone) => `zone-${zone}`)
  const zoned = { shards: 6, copies: 10, zones, onMiss: 'Refill', writes: 'Strict' }
  const refilled = { shards: 5, copies: 12, onMiss: 'Refill', writes: 'Strict' }
  for (const [memcached, pools] of [
    [asked, times(5, asked)],
    [{ ...asked, shards: 31 }, []],
    [{ shards: 2, copies: 100 }, [{ shards: 8, copies: 100 }]],
    [{ shards: 1, copies: 100 }, [{ shards: 9, copies: 100, onMiss: 'Refill', writes: 'Strict' }]],
    [refilled, times(15, refilled)],
    [zoned, times(15, zoned)],
    [{ ...zoned, shards: 3, onMiss: 'AskCopies' }, times(16, { ...zoned, shards: 5, onMiss: 'AskCopies' })],
    [{ shards: 200 }, times(16, { shards: 50 })],
  ] as const) {
    const bytes = sizeOf(memcached, pools)
    t.ok(bytes < MOST_BYTES, `${bytes} bytes`)
  }
})

t.test('a pool of so many copies that it might not fit is refused, and no other', async (t) => {
  for (const [name, namespace] of [
    ['m'.repeat(42), NAMESPACE],
    ['cache', 'shop'],
  ] as const) {
    const most = new Map<number, number>()
    for (const shards of [1, 2, 4]) {
      const judged = (copies: number) => {
        const memcached = { shards, copies, onMiss: 'Refill', writes: 'Strict' }
        return judge(objectOf({ memcached }, { name, namespace }), { versions: BOTH })
      }
      let copies = 1000 / shards
      while (!judged(copies).accepted) copies -= 1
      most.set(shards, copies)
      const judgement = judged(copies)
      assert(judgement.accepted)
      const steps = new Map([['main', { servers: shards * copies, routed: shards * copies, filling: true }]])
      const text = serialise(routingOf(judgement.mcrouter, { clusterDomain: 'cluster.local', steps }))
      const bytes = Buffer.byteLength(text)
      t.ok(bytes < MOST_BYTES, `${shards} x ${copies}: ${bytes} bytes`)
      if (copies * shards === 1000) continue
      t.ok(bytes > 0.85 * MOST_BYTES, `${bytes} bytes are not much less than there is room for`)
      t.match(judged(copies + 1), {
        violations: [{ path: 'spec.memcached.copies', message: new RegExp(`must be at most ${copies}$`) }],
      })
    }
    t.ok((most.get(1) ?? 0) < 1000 || name === 'cache', `${name.length} characters: ${most.get(1)} copies`)
    t.equal(most.get(4), 250)
  }
})
