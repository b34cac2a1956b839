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
