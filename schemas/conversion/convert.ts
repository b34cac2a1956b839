import { isDeepStrictEqual } from 'node:util'
import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { specAnnotation } from '../well-known.ts'
import { rebased } from './three-way.ts'
import { translate } from './translate.ts'

/** Bytes of a spec that is kept in an annotation. */
export const LONGEST_KEPT = 64 * 1024

/**
 * A Mcrouter of one version in another. Nothing is lost: what `to` cannot say stays in an annotation of the object, the whole
 * spec as it was, and comes back with the next conversion, but for what was changed meanwhile. Never throws, whatever the
 * object holds: a conversion that fails makes every LIST fail, the deletion of namespaces and garbage collection included.
 * Changes nothing but apiVersion, spec and annotations, which is all that the API server allows.
 */
export function convert(object: JsonObject, from: ApiVersion, to: ApiVersion): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {}
  const { [specAnnotation(to)]: text, [specAnnotation(from)]: _, ...others } = annotations
  const spec = respecified(object.spec, keptIn(text), from, to)
  const left = isSaid(object.spec, spec, from, to) ? others : remembering(others, object.spec, from)
  return {
    ...object,
    apiVersion: to.apiVersion,
    ...(object.metadata !== undefined && { metadata: withAnnotations(metadata, left) }),
    ...(spec !== undefined && { spec }),
  }
}

/** @param kept the spec as it was in `to`, where an annotation has it */
function respecified(spec: unknown, kept: JsonObject | undefined, from: ApiVersion, to: ApiVersion): unknown {
  // None says the same as an empty one, which is that of this version's defaults.
  if (spec === undefined) return translate({}, from, to)
  if (!isJsonObject(spec)) return spec
  const plain = translate(spec, from, to)
  if (kept === undefined) return plain
  const before = translate(kept, to, from)
  if (isSame(before, spec)) return kept
  const merged = unlessTooDeep(() => rebased(kept, translate(before, from, to), plain))
  if (!isJsonObject(merged)) return plain
  // The stored version can say all. In another a word of it may be left that contradicts what was changed since: it goes.
  return to.storage || isSame(translate(merged, to, from), translate(plain, to, from)) ? merged : plain
}

/** Whether a spec can be had back from its translation. */
function isSaid(spec: unknown, translated: unknown, from: ApiVersion, to: ApiVersion): boolean {
  if (!isJsonObject(spec) || !isJsonObject(translated)) return true
  return isSame(translate(translated, to, from), spec)
}

/** Annotations are limited to 256 KiB in all: apimachinery pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB. */
const MOST_ANNOTATIONS = 256 * 1024

/**
 * With the spec as it was. One that is too large is lost, as what a version cannot say then is: the API server would refuse the
 * object.
 */
function remembering(annotations: JsonObject, spec: unknown, from: ApiVersion): JsonObject {
  const text = unlessTooDeep(() => JSON.stringify(spec))
  if (text === undefined || Buffer.byteLength(text) > LONGEST_KEPT) return annotations
  const all = { ...annotations, [specAnnotation(from)]: text }
  const sizes = Object.entries(all).map(([name, value]) => Buffer.byteLength(`${name}${value}`))
  return sizes.reduce((sum, size) => sum + size, 0) <= MOST_ANNOTATIONS ? all : annotations
}

/** What an annotation holds; undefined for what is no spec: anybody can write any text there. */
function keptIn(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_KEPT) return undefined
  try {
    const kept: unknown = JSON.parse(text)
    return isJsonObject(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** With these annotations; none are left out. */
function withAnnotations({ annotations: _, ...metadata }: JsonObject, annotations: JsonObject): JsonObject {
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations }
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  return unlessTooDeep(() => isDeepStrictEqual(one, other)) ?? false
}

/** The API server reads JSON that is nested 10,000 levels deep, which is more than a stack holds; undefined for that. */
function unlessTooDeep<T>(of: () => T): T | undefined {
  try {
    return of()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
