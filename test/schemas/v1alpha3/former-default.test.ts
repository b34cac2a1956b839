import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { type JudgeOptions, judge } from '../../../schemas/validation/judge.ts'
import { object } from '../mcrouter.ts'

// Earlier releases stored "32m" in every object without an item size.
const STORED = V1ALPHA3.withDefaults({ memcached_max_item_size: '32m' })
const SMALL: JsonObject = { ...STORED, memcached_memory_mb: 48 }

const named = (metadata: JsonObject) => ({ name: 'cache', namespace: 'shop', ...metadata })
const applied = (spec: JsonObject) => ({
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object(spec)) },
})
const owned = (operation: string, ...fields: string[]) => ({
  managedFields: [
    { operation, fieldsV1: { 'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) } },
  ],
})

function judged(metadata: JsonObject, options: JudgeOptions = { stored: object(STORED) }, spec = SMALL) {
  return judge(object(spec, named(metadata)), options)
}

t.test('a pool may be given less memory than an item size needs that nobody wrote', async (t) => {
  for (const metadata of [
    applied({ memcached_memory_mb: 48 }),
    owned('Apply', 'memcached_memory_mb'),
    owned('Update', 'memcached_memory_mb', 'memcached_max_item_size'),
    {},
  ]) {
    const judgement = judged(metadata)
    t.match(judgement, { accepted: true, mcrouter: { pools: [{ maxItemSize: '24m' }] } })
    if (!judgement.accepted) continue
    t.notOk('memcached_max_item_size' in judgement.spec, 'it is stored no more')
    t.match(judgement.warnings, [
      /32m, which looks like the default of an earlier release, is taken out: it is 24m now.*write a size that fits/,
    ])
    t.match(judge(object(judgement.spec)), { accepted: true })
  }
})

t.test('one that was written is refused as ever', async (t) => {
  const both = { memcached_memory_mb: 48, memcached_max_item_size: '32m' }
  const refused = { accepted: false, violations: [{ path: 'spec.memcached_max_item_size' }] }
  t.match(judged(applied(both)), refused)
  t.match(judged(owned('Apply', ...Object.keys(both))), refused)
  t.match(judged({}, { stored: object(STORED), replaces: true }), refused)
  t.match(judged({}, {}), refused, 'created like that')
  t.match(judged({}, { stored: object(V1ALPHA3.withDefaults({})) }), refused, 'set in this request')
  t.match(judged({}, { source: 'file' }), refused)
  t.match(judged({}, undefined, { ...SMALL, memcached_max_item_size: '40m' }), refused)
})

t.test('it stays where there is room for it', async (t) => {
  const judgement = judged({}, undefined, { ...STORED, memcached_memory_mb: 64 })
  t.match(judgement, { accepted: true, spec: { memcached_max_item_size: '32m' } })
})
