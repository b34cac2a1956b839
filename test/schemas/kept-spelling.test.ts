import t from 'tap'
import { LONGEST_KEPT } from '../../schemas/kept-spec.ts'
import { keptSpelling } from '../../schemas/kept-spelling.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { STORED } from '../../schemas/versions.ts'
import { specAnnotation } from '../../schemas/well-known.ts'

const KEPT = specAnnotation(V1ALPHA3)

/** Of an object that was written in v1alpha3, of which a conversion kept that text. */
function metadata(text: string, { apiVersion } = V1ALPHA3) {
  return { annotations: { [KEPT]: text }, managedFields: [{ apiVersion, fieldsV1: { 'f:spec': {} } }] }
}

t.test('deprecated names are known of a stored object, and nothing else of what it keeps', async (t) => {
  const kept = { memcached_pool_size: 2, memcachedPoolSize: 3, other: 'x'.repeat(LONGEST_KEPT - 1_000) }
  const found = keptSpelling(metadata(JSON.stringify(kept)))
  t.strictSame(found, { [KEPT]: '{"memcachedPoolSize":true}' })
  t.strictSame(keptSpelling({ ...metadata(''), annotations: found }), found, 'nor of a copy')
})

t.test('current names, names of nobody and text of any kind are none', async (t) => {
  for (const text of [
    '{"memcached_pool_size":2}',
    '{"poolsize":2}',
    '{"__proto__":1}',
    '[]',
    'null',
    '{',
    '',
  ])
    t.equal(keptSpelling(metadata(text)), undefined, text)
  for (const one of [undefined, null, {}, { annotations: null }, { annotations: { [KEPT]: 1 } }])
    t.equal(keptSpelling(one), undefined)
})

t.test('nor are names of a version in which it was not written', async (t) => {
  t.equal(keptSpelling(metadata('{"memcachedPoolSize":3}', STORED)), undefined)
})
