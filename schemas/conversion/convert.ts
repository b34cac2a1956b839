import { isDeepStrictEqual } from 'node:util'
import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { keptIn, LONGEST_KEPT } from '../kept-spec.ts'
import { specAnnotation } from '../well-known.ts'
import { isBounded } from './bounds.ts'
import { withKeptLayout } from './kept-layout.ts'
import { rebased } from './three-way.ts'
import { translate } from './translate.ts'
import { tooLarge, unread, unwritable } from './unwritable.ts'

/**
 * A Mcrouter of one version in another. Nothing is lost: what `to` cannot say stays in an annotation of the object, the whole
 * spec as it was, and comes back with the next conversion, but for what was changed meanwhile. Never throws, whatever the
 * object holds: a conversion that fails makes every LIST fail, the deletion of namespaces and garbage collection included.
 * Changes nothing but apiVersion, spec and annotations, which is all that the API server allows.
 * @param unseen bytes of annotations that the object has besides those that are in it
 */
export function convert(object: JsonObject, from: ApiVersion, to: ApiVersion, unseen = 0): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {}
  const { [specAnnotation(to)]: text, [specAnnotation(from)]: _, ...others } = annotations
  const bytesOfOthers = () => unseen + bytesOf(others)
  const { spec, keeps } = convertSpec(object.spec, { text, bytesOfOthers }, from, to)
  const kept = keeps === undefined ? others : { ...others, [specAnnotation(from)]: keeps }
  return {
    ...object,
    apiVersion: to.apiVersion,
    ...(object.metadata !== undefined && { metadata: withAnnotations(metadata, kept) }),
    ...(spec !== undefined && { spec }),
  }
}

/** What a conversion has to know of annotations. */
export interface Annotated {
  /** Of the one that has the spec as it was in the version that is wanted. */
  readonly text: unknown
  /** Of all but those that have a spec as it was, names included. */
  bytesOfOthers(): number
}

export interface ConvertedSpec {
  readonly spec: unknown
  /** For the annotation that has the spec as it was in the version that it comes from; undefined where there is none to be. */
  readonly keeps: string | undefined
}

export function convertSpec(
  given: unknown,
  annotated: Annotated,
  from: ApiVersion,
  to: ApiVersion,
): ConvertedSpec {
  if (!isBounded(given)) return { spec: unread(to, tooLarge(from, to)), keeps: undefined }
  const spec = settled(given, from)
  const kept = keptIn(annotated.text)
  const said = settled(merged(spec, isBounded(kept) ? kept : undefined, from, to), to)
  if (isSaid(spec, said, from, to)) return { spec: said, keeps: undefined }
  const keeps = JSON.stringify(spec)
  if (hasRoom(keeps, annotated, from)) return { spec: said, keeps }
  return { spec: isJsonObject(said) ? unwritable(said, to, tooLarge(from, to)) : said, keeps: undefined }
}

function settled(spec: unknown, version: ApiVersion): unknown {
  return isJsonObject(spec) ? version.settled(spec) : spec
}

/** @param kept the spec as it was in `to`, where an annotation has it */
function merged(spec: unknown, kept: JsonObject | undefined, from: ApiVersion, to: ApiVersion): unknown {
  // None says the same as an empty one, which is that of this version's defaults.
  if (spec === undefined) return translate({}, from, to)
  if (!isJsonObject(spec)) return spec
  const plain = translate(spec, from, to)
  if (kept === undefined) return plain
  const before = translate(kept, to, from)
  if (isDeepStrictEqual(before, spec)) return kept
  const seen = { before: translate(before, from, to), now: plain }
  const rebase = rebased(kept, seen.before, seen.now)
  if (!isJsonObject(rebase)) return plain
  const both = withKeptLayout(rebase, kept, seen, to)
  // The stored version can say all. In another a word of it may be left that contradicts what was changed since: it goes.
  return to.storage || isDeepStrictEqual(translate(both, to, from), translate(plain, to, from)) ? both : plain
}

/** Whether a spec can be had back from its translation. */
function isSaid(spec: unknown, translated: unknown, from: ApiVersion, to: ApiVersion): boolean {
  if (!isJsonObject(spec) || !isJsonObject(translated)) return true
  return isDeepStrictEqual(translate(translated, to, from), spec)
}

/** Annotations are limited to 256 KiB in all: apimachinery pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB. */
const MOST_ANNOTATIONS = 256 * 1024

/** Whether a spec may be kept: of more the API server would refuse the object. */
function hasRoom(text: string, { bytesOfOthers }: Annotated, from: ApiVersion): boolean {
  const bytes = Buffer.byteLength(text)
  if (bytes > LONGEST_KEPT) return false
  return bytesOfOthers() + Buffer.byteLength(specAnnotation(from)) + bytes <= MOST_ANNOTATIONS
}

function bytesOf(annotations: JsonObject): number {
  const sizes = Object.entries(annotations).map(([name, value]) => Buffer.byteLength(`${name}${value}`))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** With these annotations; none are left out. */
function withAnnotations({ annotations: _, ...metadata }: JsonObject, annotations: JsonObject): JsonObject {
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations }
}
