import fc from 'fast-check'
import { ampleMemory } from '../../../schemas/formats/memcached-memory.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { ALIASES } from '../../../schemas/v1alpha3/aliases.ts'
import { API_VERSION, McrouterSpec } from '../../../schemas/v1alpha3/spec.ts'
import { KIND } from '../../../schemas/well-known.ts'
import { hostileString, hostileValue } from './hostile.ts'
import { imageReference, labelKey, labelValue, mcrouterName, namespace, subdomain } from './names.ts'

/** Objects as JSON.parse makes them. */
const PLAIN = { noNullPrototype: true } as const

const FIELDS = Object.keys(McrouterSpec.properties)

/** A Mcrouter that must be accepted: any subset of the fields, in either spelling. */
export function validMcrouter(): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(mcrouterName(), namespace(), validSpec(), fc.subarray(Object.keys(ALIASES)))
    .map(([name, namespace, spec, aliases]) => mcrouterOf(name, namespace, respelt(spec, aliases)))
}

/** A Mcrouter of any kind: valid, with some fields wrong, or with hardly anything right. */
export function anyMcrouter(): fc.Arbitrary<JsonObject> {
  return fc.oneof(
    { weight: 2, arbitrary: validMcrouter() },
    { weight: 5, arbitrary: spoilt() },
    hostileMcrouter(),
  )
}

function mcrouterOf(name: unknown, namespace: unknown, spec: unknown): JsonObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec }
}

function validSpec(): fc.Arbitrary<JsonObject> {
  const port = fc.integer({ min: 1024, max: 65_535 })
  return fc
    .record(
      {
        mcrouter_image: imageReference(),
        mcrouter_port: port,
        mcrouter_replicas: fc.integer({ min: 1, max: 32 }),
        mcrouter_release: fc.constantFrom('37', '40', '41', 'current'),
        mcrouter_resources: routerResources(),
        memcached_image: imageReference(),
        memcached_pool_size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1000 })),
        memcached_port: port,
        memcached_memory_mb: fc.integer({ min: 64, max: 65_536 }),
        memcached_max_item_size: fc.constantFrom('512k', '1024K', '1m', '1536k', '8M', '32m', '33554432'),
        memcached_max_connections: fc.integer({ min: 64, max: 65_536 }),
        pool_setup: fc.constantFrom('replicated', 'sharded'),
        debug_fifo_root: fc.constantFrom('', '/fifos', '/var/mcrouter/fifos', '/data/a-b/c_d.e'),
        image_pull_secrets: fc.uniqueArray(fc.record({ name: subdomain() }, PLAIN), {
          maxLength: 4,
          selector: ({ name }) => name,
        }),
        node_selector: fc
          .array(fc.tuple(labelKey(), labelValue()), { maxLength: 4 })
          .map((pairs) => Object.fromEntries(pairs)),
        tolerations: fc.array(toleration(), { maxLength: 4 }),
      },
      { requiredKeys: [], ...PLAIN },
    )
    .filter(hasConnectionsForAll)
    .chain(withServerResources)
}

/** Of routers whose resources are given, each may have all the threads that one can have. */
function hasConnectionsForAll(spec: JsonObject): boolean {
  const { memcached_max_connections: connections = 1024, mcrouter_replicas: routers = 2 } = spec
  const threads = spec.mcrouter_resources === undefined ? 1 : 64
  return Number(connections) >= 32 + 2 * Number(routers) * threads
}

/** A memory limit must suit the memory that is configured. */
function withServerResources(spec: JsonObject): fc.Arbitrary<JsonObject> {
  const { memcached_memory_mb: memory = 256, memcached_max_connections: connections = 1024 } = spec
  const ample = ampleMemory(Number(memory), Number(connections))
  const limit = fc.integer({ min: ample, max: 4 * ample }).map((mebibytes) => `${mebibytes}Mi`)
  const resources = fc.record(
    {
      requests: fc.record({ cpu: cpu(), memory: fc.constant('64Mi') }, { requiredKeys: [], ...PLAIN }),
      limits: fc.record({ memory: limit }, PLAIN),
    },
    { requiredKeys: [], ...PLAIN },
  )
  return fc
    .option(resources, { nil: undefined })
    .map((given) => (given === undefined ? spec : { ...spec, memcached_resources: given }))
}

function routerResources(): fc.Arbitrary<JsonObject> {
  const request = fc.record(
    { cpu: cpu(), memory: fc.constantFrom('1Mi', '64Mi', '128M', 134_217_728) },
    { requiredKeys: [], ...PLAIN },
  )
  const limit = fc.record(
    { cpu: fc.constantFrom(16, '16', '64000m', '1e3'), memory: fc.constantFrom('1Gi', '1.5Gi', '2e9') },
    { requiredKeys: [], ...PLAIN },
  )
  return fc.record({ requests: request, limits: limit }, { requiredKeys: [], ...PLAIN })
}

function cpu(): fc.Arbitrary<string | number> {
  return fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constantFrom('1m', '250m', '0.5', '1.5', '.25', '2'))
}

function toleration(): fc.Arbitrary<JsonObject> {
  const key = labelKey()
  const effect = fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute')
  return fc.oneof(
    fc.record({ operator: fc.constant('Exists') }, PLAIN),
    fc.record(
      { key, operator: fc.constant('Exists'), effect },
      { requiredKeys: ['key', 'operator'], ...PLAIN },
    ),
    fc.record(
      { key, operator: fc.constant('Equal'), value: labelValue(), effect },
      { requiredKeys: ['key'], ...PLAIN },
    ),
    fc.record({ key, effect: fc.constant('NoExecute'), tolerationSeconds: fc.nat() }, PLAIN),
  )
}

function respelt(spec: JsonObject, aliases: readonly string[]): JsonObject {
  const names = new Map(
    Object.entries(ALIASES)
      .filter(([alias]) => aliases.includes(alias))
      .map(([alias, field]) => [`${field}`, alias]),
  )
  return Object.fromEntries(Object.entries(spec).map(([field, value]) => [names.get(field) ?? field, value]))
}

/** A valid one with one or more fields replaced, added or misspelt. */
function spoilt(): fc.Arbitrary<JsonObject> {
  const field = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...FIELDS, ...Object.keys(ALIASES)) },
    hostileString(),
  )
  const value = fc.oneof(nearMiss(), hostileString(), hostileValue())
  return fc
    .tuple(validMcrouter(), fc.array(fc.tuple(field, value), { minLength: 1, maxLength: 4 }))
    .map(([object, changes]) => ({
      ...object,
      spec: Object.fromEntries([...Object.entries(object.spec ?? {}), ...changes]),
    }))
}

/** Values at and just beyond what some field allows. */
function nearMiss(): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(
    ...[0, 1, 63, 64, 100, 101, 1000, 1001, 1023, 1024, 65_535, 65_536, 65_537, 2.5, -1, '5000', '37', 37],
    ...[
      'Sharded',
      'shard',
      'replica',
      '1m',
      '1M',
      '513k',
      '1025m',
      '0m',
      '1g',
      '128m',
      '129m',
      '/var',
      '/var/',
      '/a/../b',
      'a/b',
    ],
    ...['memcached', 'memcached:', 'memcached:1.6@sha256:00', 'a//b', 'A/b', 'a:5000/b', 'memcached:1.6 '],
    ...[
      [],
      {},
      [{}],
      [{ name: 'a' }, { name: 'a' }],
      { requests: { cpu: 2 }, limits: { cpu: '1' } },
      { limits: { memory: '100Mi' } },
    ],
    ...[
      [{ operator: 'Exists', value: 'x' }],
      { requests: { memory: '512m' } },
      { a: 'b c' },
      { 'a/b/c': 'd' },
      null,
    ],
  )
}

function hostileMcrouter(): fc.Arbitrary<JsonObject> {
  return fc.oneof(
    fc.tuple(hostileValue(), hostileValue(), hostileValue()).map((parts) => mcrouterOf(...parts)),
    fc.record(
      { apiVersion: hostileValue(), kind: hostileValue(), metadata: hostileValue(), spec: hostileValue() },
      { requiredKeys: [], ...PLAIN },
    ),
  )
}
