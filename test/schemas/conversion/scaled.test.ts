import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { KIND } from '../../../schemas/well-known.ts'
import { byApiServer } from '../v1beta1/version.ts'

// Objects whose scale was set in the version that is stored, and which nobody has written since.

function mcrouter(version: ApiVersion, spec: JsonObject): JsonObject {
  const metadata = { name: 'cache', namespace: 'shop' }
  return { apiVersion: version.apiVersion, kind: KIND, metadata, spec: version.withDefaults(spec) }
}

const newer = (object: JsonObject) => convert(object, V1ALPHA3, V1BETA1)
const older = (object: JsonObject) => convert(object, V1BETA1, V1ALPHA3)

function annotationsOf({ metadata }: JsonObject): unknown {
  return isJsonObject(metadata) ? metadata.annotations : undefined
}

function scaled(object: JsonObject, replicas: number): JsonObject {
  const { memcached, ...spec } = Object(object.spec)
  return { ...object, spec: { ...spec, memcached: { ...memcached, replicas } } }
}

t.test('what a scale has set is the size, and nothing of what it made stale is kept', async (t) => {
  for (const [pool_setup, before, after] of [
    ['sharded', 3, 5],
    ['sharded', 3, 1],
    ['replicated', 1, 3],
    ['replicated', 3, 1],
  ] as const) {
    const written = mcrouter(V1ALPHA3, { memcached_pool_size: before, pool_setup })
    const seen = older(scaled(newer(written), after))
    t.match(seen.spec, { memcached_pool_size: after, pool_setup })
    t.equal(annotationsOf(seen), undefined, 'so that a manifest of v1alpha3 may take its place')
    t.match(judge(written, { stored: seen }), { accepted: true })
    const meant = { memcached_pool_size: after, pool_setup }
    t.strictSame(newer(seen), newer(mcrouter(V1ALPHA3, meant)), 'as if that had been written')
  }
})

t.test('of what v1alpha3 cannot say, a scale changes what it counts', async (t) => {
  const mixed = mcrouter(V1BETA1, { memcached: { shards: 3, copies: 2, replicas: 1 } })
  t.match(older(mixed), { spec: { memcached_pool_size: 1, pool_setup: 'sharded' } })
  const memcached = { shards: 1, copies: 2, replicas: 1, replicasOf: 'Shards' }
  t.match(newer(older(mixed)), { spec: { memcached } })
  const external = [{ host: 'a.example.com', port: 11_211, tls: false }]
  const others = mcrouter(V1BETA1, { memcached: { external } })
  const resized = { ...older(others), spec: { ...Object(older(others).spec), memcached_pool_size: 7 } }
  t.strictSame(newer(resized).spec, others.spec, 'and of servers of others nothing')
})

t.test(
  'a scale through v1alpha3 of a layout that it has no words for changes what it counts alone',
  async (t) => {
    const resized = (object: JsonObject, size: number): JsonObject => {
      const seen = older(object)
      return newer({ ...seen, spec: { ...Object(seen.spec), memcached_pool_size: size } })
    }
    const layoutOf = (object: JsonObject) => {
      const { shards, copies, replicas, replicasOf } = Object(object.spec).memcached
      return { shards, copies, replicas, ...(replicasOf && { replicasOf }) }
    }
    const mixed = newer(older(mcrouter(V1BETA1, { memcached: { shards: 3, copies: 2, replicas: 3 } })))
    const one = resized(mixed, 1)
    t.strictSame(layoutOf(one), { shards: 1, copies: 2, replicas: 1, replicasOf: 'Shards' })
    t.strictSame(resized(one, 3), mixed, 'and back')
    t.strictSame(layoutOf(resized(scaled(mixed, 1), 5)), { shards: 5, copies: 2, replicas: 5 })

    const paused = (memcached: JsonObject) => mcrouter(V1BETA1, { memcached, paused: true })
    const copies = resized(paused({ shards: 1, copies: 3, replicas: 3 }), 1)
    t.strictSame(layoutOf(copies), { shards: 1, copies: 1, replicas: 1, replicasOf: 'Copies' })
    t.strictSame(layoutOf(resized(copies, 3)), { shards: 1, copies: 3, replicas: 3 })
    const shards = resized(paused({ shards: 3, copies: 1, replicas: 3 }), 1)
    t.strictSame(layoutOf(resized(shards, 4)), { shards: 4, copies: 1, replicas: 4 })
  },
)

t.test('counts that no webhook has filled in are read and scaled as those that one has', async (t) => {
  for (const [memcached, size, pool_setup, after] of [
    [{}, 3, 'sharded', { shards: 7, copies: 1, replicas: 7 }],
    [{ replicas: 5 }, 5, 'sharded', { shards: 7, copies: 1, replicas: 7 }],
    [{ replicas: 5, replicasOf: 'Copies' }, 5, 'replicated', { shards: 1, copies: 7, replicas: 7 }],
    [{ copies: 2 }, 3, 'sharded', { shards: 7, copies: 2, replicas: 7 }],
  ] as const) {
    const unseen = { ...mcrouter(V1BETA1, {}), spec: byApiServer({ memcached }) }
    const seen = older(unseen)
    t.match(seen.spec, { memcached_pool_size: size, pool_setup })
    const { shards, copies, replicas } = Object(
      newer({ ...seen, spec: { ...Object(seen.spec), memcached_pool_size: 7 } }).spec,
    ).memcached
    t.strictSame({ shards, copies, replicas }, after, JSON.stringify(memcached))
  }
})
