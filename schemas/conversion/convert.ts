import { isDeepStrictEqual } from 'node:util'
import type { ApiVersion } from '../api-version.ts'
import { type Field, withValue } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { keptIn, LONGEST_KEPT } from '../kept-spec.ts'
import { specAnnotation } from '../well-known.ts'
import { rebased } from './three-way.ts'
import { translate } from './translate.ts'

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
  const said = respecified(object.spec, keptIn(text), from, to)
  const left = isSaid(object.spec, said, from, to) ? others : remembering(others, object.spec, from)
  const spec = left === undefined ? unwritable(said, from, to) : said
  return {
    ...object,
    apiVersion: to.apiVersion,
    ...(object.metadata !== undefined && { metadata: withAnnotations(metadata, left ?? others) }),
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

/** With the spec as it was; undefined for one that is too large: the API server would refuse the object. */
function remembering(annotations: JsonObject, spec: unknown, from: ApiVersion): JsonObject | undefined {
  const text = unlessTooDeep(() => JSON.stringify(spec))
  if (text === undefined || Buffer.byteLength(text) > LONGEST_KEPT) return undefined
  const all = { ...annotations, [specAnnotation(from)]: text }
  const sizes = Object.entries(all).map(([name, value]) => Buffer.byteLength(`${name}${value}`))
  return sizes.reduce((sum, size) => sum + size, 0) <= MOST_ANNOTATIONS ? all : undefined
}

/** Texts of which every version has a few values or a pattern: whoever writes one that is none of them is told what it was. */
const TEXTS: readonly Field[] = ['routers.release', 'routers.image', 'pool.image']

/**
 * Not to be written back, since what `to` cannot say would be gone then: a text where there can be none such is refused, by the API
 * server and by admission, and says itself what to do.
 */
function unwritable(spec: unknown, from: ApiVersion, to: ApiVersion): unknown {
  if (!isJsonObject(spec)) return spec
  const text = `too large for ${to.name}: read and write ${from.name}`
  return TEXTS.reduce((whole, field) => withValue(whole, to.keysOf(field) ?? [], text), spec)
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
