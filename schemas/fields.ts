import { isJsonObject, type JsonObject } from './json.ts'
import type { Mcrouter, PodSettings, Pool, Routers } from './mcrouter.ts'

/** What of a Mcrouter comes from its spec. */
export type Settings = Omit<Mcrouter, 'name' | 'namespace' | 'inherited'>

/** A setting of the internal form; each API version says where its spec has it, if it has. */
export type Field =
  | Exclude<keyof Settings, 'routers' | 'pools'>
  | `routers.${Exclude<keyof Routers, 'pod'>}`
  | `pool.${Exclude<keyof Pool, 'pod'>}`
  | `${'routers' | 'pool'}.pod.${keyof PodSettings}`

/** One that is missing here does not compile. */
const KNOWN: Readonly<Record<Field, true>> = {
  prefixes: true,
  config: true,
  access: true,
  paused: true,
  'routers.image': true,
  'routers.port': true,
  'routers.replicas': true,
  'routers.autoscaling': true,
  'routers.placement': true,
  'routers.release': true,
  'routers.resources': true,
  'routers.threads': true,
  'routers.maxConnections': true,
  'routers.timeouts': true,
  'routers.debugFifoRoot': true,
  'routers.args': true,
  'routers.service': true,
  'routers.clientTls': true,
  'routers.serverTls': true,
  'pool.name': true,
  'pool.topology': true,
  'pool.shards': true,
  'pool.copies': true,
  'pool.zones': true,
  'pool.writes': true,
  'pool.onMiss': true,
  'pool.gutter': true,
  'pool.warmUp': true,
  'pool.external': true,
  'pool.image': true,
  'pool.port': true,
  'pool.memoryMb': true,
  'pool.maxItemSize': true,
  'pool.maxConnections': true,
  'pool.threads': true,
  'pool.tls': true,
  'pool.args': true,
  'pool.minReadySeconds': true,
  'pool.resources': true,
  'routers.pod.imagePullSecrets': true,
  'routers.pod.nodeSelector': true,
  'routers.pod.tolerations': true,
  'routers.pod.affinity': true,
  'routers.pod.topologySpreadConstraints': true,
  'routers.pod.priorityClassName': true,
  'routers.pod.labels': true,
  'routers.pod.annotations': true,
  'pool.pod.imagePullSecrets': true,
  'pool.pod.nodeSelector': true,
  'pool.pod.tolerations': true,
  'pool.pod.affinity': true,
  'pool.pod.topologySpreadConstraints': true,
  'pool.pod.priorityClassName': true,
  'pool.pod.labels': true,
  'pool.pod.annotations': true,
}

export const FIELDS: readonly Field[] = Object.keys(KNOWN).filter(isField)

function isField(name: string): name is Field {
  return Object.hasOwn(KNOWN, name)
}

/** Members to go through, from the spec inwards. */
export type Keys = readonly (string | number)[]

/**
 * The name of a field in a sentence, such as memcached.memory: what leads to it from the spec.
 * @param pool its place in the list of pools, for a field of one
 */
export type FieldPath = (field: Field, pool?: number) => string

/** What is there; undefined for nothing, of a field that follows from others for instance, or that a version does not have. */
export function valueAt(spec: unknown, keys: Keys | undefined): unknown {
  if (keys === undefined) return undefined
  let value = spec
  for (const key of keys) {
    if (Array.isArray(value)) value = typeof key === 'number' ? value[key] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value
}

/** A spec that says this and nothing else; without keys nothing at all. */
export function specWith(keys: Keys | undefined, value: unknown): JsonObject {
  const [first, ...rest] = keys ?? []
  if (first === undefined) return {}
  return { [first]: rest.length === 0 ? value : specWith(rest, value) }
}

/** A copy of a spec with this value there. What is in the way, because it is no object, goes. */
export function withValue(spec: JsonObject, [first, ...rest]: Keys, value: unknown): JsonObject {
  if (first === undefined) return spec
  const there = Object.hasOwn(spec, first) ? spec[first] : undefined
  return { ...spec, [first]: rest.length === 0 ? value : within(there, rest, value) }
}

function within(there: unknown, keys: Keys, value: unknown): unknown {
  const [index, ...rest] = keys
  if (typeof index !== 'number') return withValue(isJsonObject(there) ? there : {}, keys, value)
  const list = Array.isArray(there) ? there : []
  return list.map((item, at) => (at !== index ? item : rest.length === 0 ? value : within(item, rest, value)))
}
