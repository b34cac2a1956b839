import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { Settings } from '../../../schemas/fields.ts'
import { itemBytes } from '../../../schemas/formats/item-size.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { LONGEST_KEPT } from '../../../schemas/kept-spec.ts'
import { ALIASES } from '../../../schemas/v1alpha3/aliases.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { KIND, specAnnotation } from '../../../schemas/well-known.ts'
import { effort } from '../../../testing/effort.ts'
import { hostileValue } from '../../support/arbitrary/hostile.ts'
import { anyMcrouter, validMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { settings } from '../../support/arbitrary/settings.ts'

function mcrouter(version: ApiVersion, spec: unknown, annotations?: JsonObject): JsonObject {
  const metadata = { name: 'cache', namespace: 'shop', uid: 'u', ...(annotations && { annotations }) }
  return { apiVersion: version.apiVersion, kind: KIND, metadata, spec }
}

const newer = (object: JsonObject) => convert(object, V1ALPHA3, V1BETA1)
const older = (object: JsonObject) => convert(object, V1BETA1, V1ALPHA3)

/** As the API server sends it. */
function asSent(object: JsonObject): JsonObject {
  const read: unknown = JSON.parse(JSON.stringify(object))
  return isJsonObject(read) ? read : {}
}

function completed(object: JsonObject): JsonObject {
  return isJsonObject(object.spec) ? { ...object, spec: V1ALPHA3.withDefaults(object.spec) } : object
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) && isJsonObject(metadata.annotations) ? metadata.annotations : {}
}

/** A v1alpha3 object of any kind, as it may have been stored before there was a webhook. */
function anyStored(): fc.Arbitrary<JsonObject> {
  return anyMcrouter()
    .map(({ metadata = {}, spec = {} }) =>
      asSent({ apiVersion: V1ALPHA3.apiVersion, kind: KIND, metadata, spec }),
    )
    .filter(({ metadata }) => isJsonObject(metadata))
}

/** A v1beta1 object whose fields are sound. */
function soundNewer(): fc.Arbitrary<JsonObject> {
  return settings().map((given) => asSent(mcrouter(V1BETA1, V1BETA1.fromHub(given))))
}

/** A v1beta1 object, some with hostile values in the places of others. */
function anyNewer(): fc.Arbitrary<JsonObject> {
  const group = fc.constantFrom('memcached', 'pools', 'prefixes', 'router', 'other')
  return fc
    .tuple(soundNewer(), fc.option(fc.tuple(group, hostileValue())))
    .map(([object, spoilt]) =>
      spoilt === null
        ? object
        : asSent({ ...object, spec: { ...Object(object.spec), [spoilt[0]]: spoilt[1] } }),
    )
}

/** Whether v1alpha3 has words for how its main pool is laid out. */
function isSimple({ spec }: JsonObject): boolean {
  const { memcached } = Object(spec)
  if (!isJsonObject(memcached) || !Array.isArray(memcached.external)) return false
  if (Array.isArray(memcached.zones) && memcached.zones.length > 0) return false
  return memcached.external.length === 0 && (memcached.shards === 1 || memcached.copies === 1)
}

function settingsOf(object: JsonObject): Settings {
  const judgement = judge(object)
  assert(judgement.accepted, JSON.stringify(judgement))
  const { name: _, namespace: __, inherited: ___, ...rest } = judgement.mcrouter
  return rest
}

/** What v1alpha3 can say in two ways: a size in several units. */
function inOwnWords({ pools: [main, ...others], ...rest }: Settings): Settings {
  const bytes = itemBytes(main.maxItemSize) ?? 0
  const maxItemSize = bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}m` : `${bytes / 2 ** 10}k`
  return { ...rest, pools: [{ ...main, maxItemSize }, ...others] }
}

t.test('an object that both versions can say whole carries no annotation', async (t) => {
  const object = mcrouter(V1ALPHA3, V1ALPHA3.withDefaults({ memcached_pool_size: 3, pool_setup: 'sharded' }))
  const converted = newer(object)
  t.match(converted, { apiVersion: V1BETA1.apiVersion, spec: { memcached: { shards: 3, copies: 1 } } })
  t.strictSame(annotationsOf(converted), {})
  t.strictSame(older(converted), object)
})

t.test('one server is a shard or a copy, and both versions have a word for it', async (t) => {
  for (const [pool_setup, memcached] of [
    ['replicated', { shards: 1, copies: 1, replicas: 1, replicasOf: 'Copies' }],
    ['sharded', { shards: 1, copies: 1, replicas: 1, replicasOf: undefined }],
  ]) {
    const object = mcrouter(V1ALPHA3, V1ALPHA3.withDefaults({ memcached_pool_size: 1, pool_setup }))
    t.match(newer(object), { spec: { memcached } })
    t.strictSame(annotationsOf(newer(object)), {})
    t.strictSame(older(newer(object)), object)
  }
})

t.test('whatever is stored comes back as it was, from either side, again and again', async () => {
  fc.assert(
    fc.property(anyStored(), (object) => {
      assert.deepEqual(older(newer(object)).spec, object.spec)
      assert.deepEqual(newer(older(newer(object))), newer(object))
    }),
    effort(40),
  )
  fc.assert(
    fc.property(anyNewer(), (object) => {
      assert.deepEqual(newer(older(object)).spec, object.spec)
      assert.deepEqual(older(newer(older(object))), older(object))
    }),
    effort(40),
  )
})

t.test('the other version says the same', async () => {
  fc.assert(
    fc.property(validMcrouter(), (object) => {
      assert.deepEqual(settingsOf(newer(completed(object))), inOwnWords(settingsOf(completed(object))))
    }),
    effort(100),
  )
})

t.test('a field that one version refuses the other refuses as well', async () => {
  const fields = new Set([...Object.keys(V1ALPHA3.schema.properties ?? {}), ...Object.keys(ALIASES)])
  fc.assert(
    fc.property(anyStored(), (object) => {
      const judgement = judge(object)
      const refused = judgement.accepted ? [] : judgement.violations
      // What is said of a name, or of members that the schema does not know, has nothing to do with a field.
      if (!refused.some(({ path }) => fields.has(path.split(/[.[]/)[1] ?? ''))) return
      assert(!judge(newer(object)).accepted, JSON.stringify(newer(object)))
    }),
    effort(200),
  )
})

t.test('only apiVersion, spec and annotations are other ones', async (t) => {
  const object = {
    ...mcrouter(V1ALPHA3, { pool_setup: 'sharded' }, { a: 'b' }),
    status: { readyReplicas: 1 },
  }
  const { apiVersion, spec, metadata, ...rest } = newer(object)
  const { annotations, ...others } = isJsonObject(metadata) ? metadata : {}
  t.strictSame(rest, { kind: KIND, status: { readyReplicas: 1 } })
  t.strictSame(others, { name: 'cache', namespace: 'shop', uid: 'u' })
  t.match(annotations, { a: 'b' })
})

t.test('what the older version cannot say is kept, and what is changed through it wins', async (t) => {
  const memcached = { shards: 4, copies: 2, pod: { labels: { team: 'shop' }, nodeSelector: { disk: 'ssd' } } }
  const pools = [{ name: 'more', shards: 1 }]
  const object = mcrouter(V1BETA1, V1BETA1.withDefaults({ memcached, pools }))
  const seen = older(object)
  t.match(seen.spec, { pool_setup: 'sharded', memcached_pool_size: 4 })
  t.ok(specAnnotation(V1BETA1) in annotationsOf(seen))
  const edited = {
    ...seen,
    spec: { ...Object(seen.spec), memcached_pool_size: 5, node_selector: { a: 'b' } },
  }
  const converted = newer(edited)
  t.match(converted, {
    spec: {
      memcached: { shards: 5, copies: 2, pod: { labels: { team: 'shop' }, nodeSelector: { a: 'b' } } },
      router: { pod: { nodeSelector: { a: 'b' } } },
      pools,
    },
  })
  t.strictSame(annotationsOf(converted), {})
  const { node_selector: _, ...without } = Object(older(converted).spec)
  const cleared = newer({ ...older(converted), spec: without })
  t.strictSame(Object(cleared.spec).memcached.pod, { labels: { team: 'shop' } })
})

t.test('what the newer version cannot say is kept, and what is changed through it wins', async (t) => {
  const words = { memcached_max_item_size: '33554432', memcached_memory_mb: 128 }
  const seen = newer(mcrouter(V1ALPHA3, V1ALPHA3.withDefaults({ ...words, mcrouter_replicas: 3 })))
  t.ok(specAnnotation(V1ALPHA3) in annotationsOf(seen))
  const router = { ...Object(Object(seen.spec).router), replicas: 7 }
  const other = older({ ...seen, spec: { ...Object(seen.spec), router } })
  t.match(other.spec, { ...words, mcrouter_replicas: 7 }, 'the word stays where another field is changed')
  const memcached = { ...Object(Object(seen.spec).memcached), maxItemSize: '16Mi' }
  const changed = older({ ...seen, spec: { ...Object(seen.spec), memcached } })
  t.match(changed.spec, { memcached_max_item_size: '16m', mcrouter_replicas: 3 })
  t.strictSame(older({ ...seen, metadata: changed.metadata, spec: newer(changed).spec }).spec, changed.spec)
})

t.test('an annotation that is no spec, or too long for one, is ignored', async (t) => {
  const spec = V1ALPHA3.withDefaults({ memcached_pool_size: 4 })
  const plain = newer(mcrouter(V1ALPHA3, spec))
  for (const text of ['', '{', '"x"', '[]', 'null', 7, `{"a":"${'x'.repeat(LONGEST_KEPT)}"}`]) {
    const converted = newer(mcrouter(V1ALPHA3, spec, { [specAnnotation(V1BETA1)]: text }))
    t.strictSame(converted, plain, `${text}`.slice(0, 10))
  }
})

t.test(
  'no annotation of sound fields makes an object say another thing than what v1alpha3 says of it',
  async () => {
    fc.assert(
      fc.property(validMcrouter(), soundNewer().filter(isSimple), (object, other) => {
        const annotations = { [specAnnotation(V1BETA1)]: JSON.stringify(other.spec) }
        const misled = newer(mcrouter(V1ALPHA3, completed(object).spec, annotations))
        const plain = newer(mcrouter(V1ALPHA3, completed(object).spec))
        assert.deepEqual(older({ ...misled, metadata: {} }).spec, older({ ...plain, metadata: {} }).spec)
      }),
      effort(100),
    )
  },
)

t.test(
  'a spec that is too large for an annotation is not kept, so that the API server takes the object',
  async (t) => {
    const spec = V1BETA1.withDefaults({ memcached: { args: ['x'.repeat(LONGEST_KEPT)] } })
    t.strictSame(annotationsOf(older(mcrouter(V1BETA1, spec))), {})
    const full = { a: 'x'.repeat(255 * 1024) }
    const rich = V1BETA1.withDefaults({ memcached: { copies: 2, args: ['x'.repeat(2048)] } })
    t.strictSame(annotationsOf(older(mcrouter(V1BETA1, rich, full))), full)
  },
)

t.test('hostile values neither make it throw nor become harmless', async (t) => {
  let deep: unknown = 1
  for (let level = 0; level < 10_000; level++) deep = { deep }
  const hostile: [string, unknown][] = [
    ['deep', deep],
    ['a prototype', JSON.parse('{"__proto__": {"a": "b"}}')],
    ['half a character', { a: '\ud800' }],
    ['large', Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 'v']))],
    ['a list', Array.from({ length: 5_000 }, () => [])],
  ]
  for (const [name, value] of hostile) {
    for (const field of ['node_selector', 'memcached_pool_size', 'memcachedPoolSize']) {
      const converted = newer(mcrouter(V1ALPHA3, { [field]: value }))
      t.notOk(judge(converted).accepted, `${name} as ${field}`)
    }
    t.ok(newer(mcrouter(V1ALPHA3, value)), `${name} as the spec`)
    t.ok(older(mcrouter(V1BETA1, { memcached: value, pools: value })), `${name} in groups`)
  }
})

t.test('a field with two values in two spellings is refused, with both in sight', async (t) => {
  const object = mcrouter(V1ALPHA3, { memcached_pool_size: 3, memcachedPoolSize: 6 })
  t.match(newer(object), { spec: { memcached: { shards: [3, 6] } } })
  t.strictSame(older(newer(object)).spec, object.spec)
})

t.test('one without a spec has the defaults of its own version', async (t) => {
  t.match(newer(mcrouter(V1ALPHA3, undefined)), {
    spec: { memcached: { copies: 2 }, router: { release: '37' } },
  })
})

/** A value nested so deep, and how often one of its members was read. */
function counted(levels: number): { value: unknown; reads: () => number } {
  let reads = 0
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) {
    const inner = value
    const get = () => {
      reads += 1
      return inner
    }
    value = Object.defineProperty({}, 'a', { enumerable: true, get })
  }
  return { value, reads: () => reads }
}

t.test('what is nested deeper than any spec is not gone through level by level', async (t) => {
  const text = `${'{"a":'.repeat(1_000)}2${'}'.repeat(1_000)}`
  const kept = { [specAnnotation(V1BETA1)]: `{"memcached":{"pod":{"nodeSelector":${text}}}}` }
  const { value, reads } = counted(1_000)
  t.ok(newer(mcrouter(V1ALPHA3, { node_selector: value }, kept)))
  t.ok(reads() <= 200, `${reads()} reads`)
  const shallow = counted(50)
  t.ok(newer(mcrouter(V1ALPHA3, { node_selector: shallow.value }, kept)))
  t.ok(shallow.reads() <= 50 * 100, `${shallow.reads()} reads`)
})
