import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { type ApiVersion, servedVersions, type Versions } from '../../schemas/api-version.ts'
import { validatorsModule } from '../../schemas/generate/compile.ts'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { reference } from '../../schemas/generate/reference.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { validate } from '../../schemas/validation/validate.ts'
import { UNKNOWN } from '../../schemas/validation/writing.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { KIND } from '../../schemas/well-known.ts'
import { mutate } from '../../server/admission/mutate.ts'
import { readReview } from '../../server/admission/review.ts'
import { effort } from '../../testing/effort.ts'
import { reviewOf } from '../../testing/review.ts'
import { validMcrouter } from '../support/arbitrary/mcrouter.ts'
import { at } from '../support/at.ts'
import { FAKE } from './fake-version.ts'

const TEMPLATES = new URL('../../charts/mcrouter-operator/templates/', import.meta.url)

/** A line more than the product has. */
const BOTH: Versions = { ...VERSIONS, v9: FAKE }

function object(spec: JsonObject): JsonObject {
  return { apiVersion: FAKE.apiVersion, kind: KIND, metadata: { name: 'cache', namespace: 'shop' }, spec }
}

function judged(spec: JsonObject, stored?: JsonObject) {
  return judge(object(spec), { versions: BOTH, ...(stored !== undefined && { stored: object(stored) }) })
}

function saidOf(spec: JsonObject): string[] {
  const judgement = judged(spec)
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}

function settingsOf(spec: unknown, version: ApiVersion) {
  const validity = validate(spec, UNKNOWN, version)
  assert(validity.valid, validity.valid ? '' : JSON.stringify(validity.violations))
  return validity.settings
}

t.test('each version has the name under which it stands, and one is stored', async (t) => {
  for (const [name, version] of Object.entries(BOTH)) t.equal(version.name, name)
  t.equal(Object.values(VERSIONS).filter(({ storage }) => storage).length, 1)
})

t.test('defaults are filled in at every depth, those of a group that is not there too', async (t) => {
  const judgement = judged({ memcached: { shards: 3 }, pools: [{ name: 'more', shards: 1 }] })
  t.ok(judgement.accepted)
  t.match(judgement, {
    spec: {
      layout: 'replicated',
      memcached: { shards: 3, memory: '256Mi', port: 11211 },
      pools: [{ name: 'more', shards: 1, memory: '256Mi' }],
      router: { replicas: 2, release: 'current' },
      pod: { tolerations: [] },
    },
    mcrouter: {
      pools: [
        { name: 'main', topology: 'replicated', shards: 1, copies: 3, memoryMb: 256 },
        { name: 'more', topology: 'sharded', shards: 1, copies: 1 },
      ],
    },
  })
})

t.test('a violation names the place and the value as this version writes them', async (t) => {
  t.match(saidOf({ memcached: { maxItemSize: '200Mi' } }), [
    /^spec\.memcached\.maxItemSize: .*"200Mi": must be at most half of memcached\.memory, which is 256Mi: 128Mi;/,
  ])
  const pool = { name: 'more', maxConnections: 64, resources: { limits: { memory: '64Mi' } } }
  t.match(saidOf({ router: { replicas: 100 }, memcached: { maxConnections: 4096 }, pools: [pool] }), [
    /^spec\.pools\[0\]\.maxConnections: Invalid value: 64: must be at least 232, .* twice router\.replicas:/,
    /^spec\.pools\[0\]\.resources\.limits\.memory: .*"64Mi": .* pools\[0\]\.memory 256Mi /,
  ])
  t.match(saidOf({ pod: { tolerations: [{ value: 'x' }] } }), [/^spec\.pod\.tolerations\[0\]\.operator: /])
  t.match(saidOf({ pod: { imagePullSecrets: [{ name: 'a' }, { name: 'a' }] } }), [
    /^spec\.pod\.imagePullSecrets\[1\]: Duplicate/,
  ])
  t.match(saidOf({ memcached: { resources: { limits: { cpu: 0 } } } }), [
    /^spec\.memcached\.resources\.limits\.cpu: Invalid value: 0: must be at least 1m/,
  ])
})

t.test('a field that is unsound hides no fault of its neighbours, not even in the same group', async (t) => {
  const pools = [{ name: 'more', port: 80 }, { name: 'even', maxItemSize: '200Mi' }, 'none']
  t.match(saidOf({ memcached: { port: 80, maxItemSize: '200Mi' } }), [
    /^spec\.memcached\.port: /,
    /^spec\.memcached\.maxItemSize: /,
  ])
  t.match(saidOf({ memcached: { memory: 'much', maxItemSize: '200Mi' } }), [/^spec\.memcached\.memory: /])
  t.match(saidOf({ pools: pools.slice(0, 2) }), [
    /^spec\.pools\[0\]\.port: /,
    /^spec\.pools\[1\]\.maxItemSize: /,
  ])
  t.match(saidOf({ pools, memcached: { maxItemSize: '200Mi' } }), [
    /^spec\.pools\[0\]\.port: /,
    /^spec\.pools\[2\]: /,
    /^spec\.memcached\.maxItemSize: /,
  ])
  t.match(saidOf({ memcached: 'much', router: { port: 80 } }), [
    /^spec\.memcached: /,
    /^spec\.router\.port: /,
  ])
})

t.test('a deprecated spelling is rewritten, warned of, and named where it is wrong', async (t) => {
  t.match(judged({ memcached: { size: 3 } }), {
    spec: { memcached: { shards: 3 } },
    warnings: ['deprecated spelling: memcached.size; write memcached.shards'],
  })
  t.match(saidOf({ memcached: { size: 0 } }), [/^spec\.memcached\.size: /])
})

t.test('warnings name fields as this version does', async (t) => {
  const stored = { router: { replicas: 1 }, pools: [{ name: 'more', port: 2000, image: 'memcached' }] }
  const now = { ...stored, memcached: { maxItemSize: '64Mi' }, pools: [{ ...stored.pools[0], port: 3000 }] }
  const judgement = judged(now, stored)
  const warnings = judgement.accepted ? judgement.warnings.join('\n') : ''
  for (const words of [
    'spec.router.replicas is 1:',
    'spec.pools[0].image "memcached" can change at any time',
    'spec.memcached.maxItemSize 64Mi: a server that is full of smaller values refuses those above 1Mi, with any memcached.memory;',
    'spec.pools[0].port changes:',
  ])
    t.match(warnings, words)
})

t.test('a further pool is resized as what it is, whatever the main one does', async (t) => {
  const pools = (shards: number) => ({ layout: 'replicated', pools: [{ name: 'more', shards }] })
  const judgement = judged(pools(2), pools(3))
  const warnings = judgement.accepted ? judgement.warnings.join('\n') : ''
  t.match(warnings, /pool more: .*what is stored there is lost/)
  t.match(warnings, 'pool more: after a shrink')
})

t.test('an object goes from one version to the other and back', async () => {
  fc.assert(
    fc.property(validMcrouter(), ({ spec }) => {
      const settings = settingsOf(spec, V1ALPHA3)
      const there = FAKE.fromHub(settings)
      assert.deepEqual(settingsOf(there, FAKE), settings)
      const back = V1ALPHA3.fromHub(settingsOf(there, FAKE))
      assert.deepEqual(settingsOf(back, V1ALPHA3), settings)
      assert.deepEqual(V1ALPHA3.fromHub(settingsOf(back, V1ALPHA3)), back)
    }),
    effort(200),
  )
})

t.test('what follows from other fields is not written down on the way', async (t) => {
  const back = V1ALPHA3.fromHub(settingsOf({}, V1ALPHA3))
  t.strictSame(back, V1ALPHA3.withDefaults({}))
})

t.test('webhooks judge every version that is served, and say which those are', async (t) => {
  const kind = { group: 'mcrouter.example.com', version: 'v9', kind: KIND }
  const verdict = (request: JsonObject) =>
    mutate(
      readReview(Buffer.from(JSON.stringify(reviewOf(object({}), undefined, request)))),
      INHERITS_NOTHING,
      BOTH,
    )
  t.match(verdict({ kind }), { kind: 'patched' })
  t.match(verdict({ kind: { ...kind, version: 'v10' } }), {
    status: { message: /v10 is not known to this webhook, which judges v1alpha3 and v1beta1 and v9:/ },
  })
  const unknown = judge({ ...object({}), apiVersion: 'mcrouter.example.com/v10' }, { versions: BOTH })
  t.match(unknown, {
    violations: [
      {
        message:
          /supported values: "mcrouter.example.com\/v1alpha3", "mcrouter.example.com\/v1beta1", "mcrouter.example.com\/v9"/,
      },
    ],
  })
})

t.test('the webhooks of the chart ask for every version that is served', async (t) => {
  const rules = ['mutating', 'validating'].flatMap((kind) => {
    const template = readFileSync(new URL(`${kind}-webhook.yaml`, TEMPLATES), 'utf8')
    return [...template.matchAll(/apiVersions: \[(.*)\]/g)].map(([, versions = '']) => versions.split(', '))
  })
  t.equal(rules.length, 4)
  const served = servedVersions(VERSIONS).map(({ name }) => name)
  for (const versions of rules) t.strictSame(versions, served)
})

t.test('the CRD has every version of the table, and a webhook for conversion', async (t) => {
  const service = { namespace: 'caches', name: 'server', path: '/convert' }
  const { spec } = customResourceDefinition(BOTH, { service })
  t.match(spec, {
    versions: [
      { name: 'v1alpha3', storage: false },
      { name: 'v1beta1', storage: true },
      { name: 'v9', storage: false, subresources: { scale: { specReplicasPath: '.spec.memcached.shards' } } },
    ],
    conversion: { strategy: 'Webhook', webhook: { clientConfig: { service } } },
  })
  const fields = at(spec, 'versions', 2, 'schema', 'openAPIV3Schema', 'properties', 'spec')
  t.match(at(fields, 'default'), { memcached: { shards: 2 }, router: { replicas: 2 } })
  t.match(at(fields, 'properties', 'memcached', 'default'), { shards: 2, memory: '256Mi' })
  t.match(at(fields, 'properties', 'memcached', 'x-kubernetes-validations'), [{ message: 'too many' }])
})

t.test('reference and validators are made of the table too', async (t) => {
  const text = reference(FAKE)
  t.match(text, '### spec.memcached\n')
  t.match(text, 'Check that router.release matches router.image.')
  t.match(validatorsModule(BOTH), '  v9: { isComplete: ')
})
