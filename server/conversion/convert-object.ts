import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { DEEPEST, MOST_VALUES } from '../../schemas/conversion/bounds.ts'
import { convert } from '../../schemas/conversion/convert.ts'
import { tooLarge, unread } from '../../schemas/conversion/unwritable.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { type Member, membersAt, type Span } from '../../text/json-members.ts'
import { CLOSING, JsonScanner } from '../../text/json-scanner.ts'
import { parsedAt, textAt, unknownVersion } from './review.ts'
import { added, type Edit, removed, replaced, spliced } from './splice.ts'

/** An object in another version, in pieces. */
export interface Converted {
  readonly pieces: readonly Buffer[]
  /** Why its spec says nothing of what the object's said. */
  readonly unread?: string
}

/** An object that another release converts: whoever asks has to ask again. */
export interface UnknownVersion {
  readonly message: string
}

/** Annotations. The API server takes 256 KiB of them in all, of which each costs some 20 µs here, and people write a dozen. */
const MOST_ANNOTATION_VALUES = 4_000

/**
 * An object of a review in the version that is wanted. Only its version, its spec and its annotations are read, and nothing else is
 * other than before. Whatever a spec says there is an answer, since one that fails makes every LIST fail: but not for a version that
 * is in no table here. The servers of two releases answer while one replaces the other, and what the older one made up would stay in the
 * cache of the API server for as long as nobody writes the object.
 */
export function convertObject(
  body: Buffer,
  place: Span,
  to: ApiVersion,
  versions: Versions,
): Converted | UnknownVersion {
  const members = membersAt(body, place.start, ['apiVersion', 'metadata', 'spec'])
  const version = members?.get('apiVersion')
  const apiVersion = textAt(body, version)
  if (members === undefined || version === undefined || apiVersion === to.apiVersion)
    return { pieces: [body.subarray(place.start, place.end)] }
  const metadata = metadataAt(body, members.get('metadata'))
  const parts = { place, version, spec: members.get('spec'), metadata }
  const from = Object.values(versions).find((one) => one.apiVersion === apiVersion)
  if (from === undefined) return { message: unknownVersion('from', apiVersion, versions) }
  const result = converted(body, parts, from, to)
  const pieces = spliced(body, place, editsOf(parts, result, to))
  return result.unread === undefined ? { pieces } : { pieces, unread: result.unread }
}

interface Parts {
  readonly place: Span
  readonly version: Member
  readonly spec: Member | undefined
  /** Undefined for none, and for what is no object. */
  readonly metadata: Metadata | undefined
}

interface Metadata {
  readonly place: Span
  readonly isEmpty: boolean
  readonly annotations: Member | undefined
}

interface Result {
  readonly spec: unknown
  /** Undefined where they stay as they are. */
  readonly annotations?: unknown
  readonly unread?: string
}

function metadataAt(body: Buffer, place: Member | undefined): Metadata | undefined {
  const members = place && membersAt(body, place.start, ['annotations'])
  if (place === undefined || members === undefined) return undefined
  return {
    place,
    isEmpty: new JsonScanner(body, place.start + 1).next() === CLOSING,
    annotations: members.get('annotations'),
  }
}

function converted(body: Buffer, { spec, metadata }: Parts, from: ApiVersion, to: ApiVersion): Result {
  const annotations = metadata?.annotations
  if ((spec && isLarge(spec)) || (annotations && annotations.values > MOST_ANNOTATION_VALUES)) {
    const why = tooLarge(from, to)
    return { spec: unread(to, why), unread: why }
  }
  const object = convert(
    {
      metadata: { annotations: annotations && parsedAt(body, annotations) },
      ...(spec && { spec: parsedAt(body, spec) }),
    },
    from,
    to,
  )
  return { spec: object.spec, annotations: isJsonObject(object.metadata) ? object.metadata.annotations : {} }
}

/** For an error of the conversion itself: a mistake in it must not make every LIST fail. */
export function failedObject(body: Buffer, place: Span, to: ApiVersion, why: string): Converted {
  const version = membersAt(body, place.start, ['apiVersion'])?.get('apiVersion')
  const spec = membersAt(body, place.start, ['spec'])?.get('spec')
  if (version === undefined) return { pieces: [body.subarray(place.start, place.end)] }
  const edits = editsOf({ place, version, spec, metadata: undefined }, { spec: unread(to, why) }, to)
  return { pieces: spliced(body, place, edits), unread: why }
}

/** JSON.parse of such would take a hundred times its memory. */
function isLarge({ values, depth }: Span): boolean {
  return values > MOST_VALUES || depth > DEEPEST
}

function editsOf({ place, version, spec, metadata }: Parts, result: Result, to: ApiVersion): Edit[] {
  const edits = [replaced(version, to.apiVersion)]
  if (spec !== undefined) edits.push(replaced(spec, result.spec))
  else if (result.spec !== undefined) edits.push(added(place, 'spec', result.spec, false))
  if (metadata !== undefined && 'annotations' in result)
    edits.push(...annotated(metadata, result.annotations))
  return edits
}

/** None are left out: an empty list of them would be another object than before. */
function annotated({ place, isEmpty, annotations }: Metadata, now: unknown): Edit[] {
  if (annotations === undefined) return now === undefined ? [] : [added(place, 'annotations', now, isEmpty)]
  return now === undefined ? [removed(annotations)] : [replaced(annotations, now)]
}
