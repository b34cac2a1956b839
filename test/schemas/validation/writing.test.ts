import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { type JudgeOptions, judge } from '../../../schemas/validation/judge.ts'
import { writingOf } from '../../../schemas/validation/writing.ts'
import { STORED } from '../../../schemas/versions.ts'
import { effort } from '../../../testing/effort.ts'
import { object } from '../mcrouter.ts'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
const FIELD = 'memcached_pool_size'
const ALIAS = 'memcachedPoolSize'

/** An object as it reaches the webhook, with what the webhook knows of it. */
type Request = readonly [object: JsonObject, options: JudgeOptions]
/** What the API server makes of a manifest; `had`: whether the manifest before it had the field in snake_case. */
type Way = (manifest: JsonObject, stored: JsonObject, had: boolean) => Request

const lastApplied = (manifest: JsonObject) => ({
  annotations: { [ANNOTATION]: JSON.stringify(object(manifest)) },
})
const owning = (manager: string, operation: string, ...fields: string[]) => ({
  managedFields: [
    {
      manager,
      operation,
      fieldsV1: { 'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
    },
  ],
})
const named = (metadata: JsonObject) => ({ name: 'cache', namespace: 'shop', ...metadata })

function merged(manifest: JsonObject, stored: JsonObject, had: boolean): JsonObject {
  const { [FIELD]: _, ...rest } = stored
  return STORED.withDefaults({ ...(had ? rest : stored), ...manifest })
}

const WAYS: Readonly<Record<string, Way>> = {
  'client-side apply': (manifest, stored, had) => [
    object(merged(manifest, stored, had), named(lastApplied(manifest))),
    { stored: object(stored) },
  ],
  'server-side apply': (manifest, stored, had) => [
    object(merged(manifest, stored, had), named(owning('kubectl', 'Apply', ...Object.keys(manifest)))),
    { stored: object(stored) },
  ],
  'replace with the annotation': (manifest, stored) => [
    object(STORED.withDefaults(manifest), named(lastApplied(manifest))),
    { stored: object(stored), replaces: true },
  ],
  replace: (manifest, stored) => [
    object(STORED.withDefaults(manifest)),
    { stored: object(stored), replaces: true },
  ],
}

function outcome([given, options]: Request): unknown {
  const judgement = judge(given, options)
  return judgement.accepted ? judgement.spec[FIELD] : judgement.violations.map(({ path }) => path).join()
}

const size = fc.integer({ min: 1, max: 6 })
const manifest = fc
  .record({ [FIELD]: size, [ALIAS]: size }, { requiredKeys: [], noNullPrototype: true })
  .filter((fields) => Object.keys(fields).length > 0)

for (const [name, way] of Object.entries(WAYS)) {
  t.test(`the same manifest means the same whatever is stored: ${name}`, async () => {
    const property = fc.property(manifest, size, fc.boolean(), (fields, stored, had) => {
      const { [FIELD]: field = fields[ALIAS], [ALIAS]: alias = field } = fields
      // A default cannot be told from one that the API server filled in.
      const differ = field !== alias && !(name === 'replace' && field === 2)
      const expected = differ ? `spec.${ALIAS}` : alias
      assert.deepEqual(outcome(way(fields, STORED.withDefaults({ [FIELD]: stored }), had)), expected)
    })
    fc.assert(property, effort(500))
  })
}

t.test('what others wrote is no manifest of both', async (t) => {
  const spec = { [FIELD]: 3, [ALIAS]: 5 }
  const both = (metadata: JsonObject) => writingOf(object(spec, metadata), {}).wrote(ALIAS, FIELD)
  t.equal(both(owning('kubectl', 'Apply', FIELD, ALIAS)), true)
  t.equal(both(owning('kubectl-create', 'Update', FIELD, ALIAS)), false, 'one that updates owns defaults')
  t.equal(both(owning('kubectl', 'Apply', ALIAS)), false)
  t.equal(both(lastApplied(spec)), true)
  t.equal(both(lastApplied({ [ALIAS]: 5 })), false)
  t.equal(both(lastApplied({ [FIELD]: 3, [ALIAS]: 4 })), false, 'of an earlier request')
})

t.test('metadata that anybody could have written is read without a throw', async (t) => {
  const metadatas = [
    undefined,
    {},
    { annotations: { [ANNOTATION]: '{' } },
    { annotations: { [ANNOTATION]: '[]' } },
    { annotations: { [ANNOTATION]: 7 } },
    { annotations: [], managedFields: {} },
    { managedFields: [null, 1, { operation: 'Apply' }, { operation: 'Apply', fieldsV1: { 'f:spec': [] } }] },
  ]
  for (const metadata of metadatas) {
    const given = { ...object({ [FIELD]: 3, [ALIAS]: 5 }), metadata }
    t.equal(writingOf(given, {}).wrote(ALIAS, FIELD), false, JSON.stringify(metadata))
  }
})
