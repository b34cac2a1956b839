import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { DEEPEST, MOST_VALUES } from '../../schemas/conversion/bounds.ts'
import { convertSpec } from '../../schemas/conversion/convert.ts'
import { tooLarge, unread } from '../../schemas/conversion/unwritable.ts'
import { specAnnotation } from '../../schemas/well-known.ts'
import { textBytes } from '../../text/json-bytes.ts'
import { type Member, membersAt, type Span } from '../../text/json-members.ts'
import { parsedAt, textAt, unknownVersion } from './review.ts'
import { type Change, changed, isEmpty, jsonOf, type Pieces } from './splice.ts'

/** An object in another version, in pieces. */
export interface Converted {
  readonly pieces: Pieces
  /** Why its spec says nothing of what the object's said. */
  readonly unread?: string
}

/** An object that another release converts: whoever asks has to ask again. */
export interface UnknownVersion {
  readonly message: string
}

/**
 * An object of a review in the version that is wanted. Only its version, its spec and the annotations that keep one are read, and
 * nothing else is other than before. Whatever a spec says there is an answer, since one that fails makes every LIST fail: but not for a
 * version that is in no table here. The servers of two releases answer while one replaces the other, and what the older one made up would
 * stay in the cache of the API server for as long as nobody writes the object.
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
  const pieces = rewritten(body, parts, result, to)
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
  readonly place: Member
  readonly annotations: Member | undefined
}

interface Result {
  readonly spec: unknown
  /** Undefined where they stay as they are. */
  readonly annotations?: Annotations
  readonly unread?: string
}

/** Those that keep a spec, and what becomes of them. */
interface Annotations {
  /** Where all of them are. */
  readonly json: Buffer
  readonly place: Pick<Span, 'start' | 'end'>
  readonly found: ReadonlyMap<string, Member>
  readonly values: Readonly<Record<string, string | undefined>>
}

function metadataAt(body: Buffer, place: Member | undefined): Metadata | undefined {
  const members = place && membersAt(body, place.start, ['annotations'])
  return place && members && { place, annotations: members.get('annotations') }
}

function converted(body: Buffer, { spec, metadata }: Parts, from: ApiVersion, to: ApiVersion): Result {
  if (spec && isLarge(spec)) {
    const why = tooLarge(from, to)
    return { spec: unread(to, why), unread: why }
  }
  const [mine, wanted] = [specAnnotation(from), specAnnotation(to)]
  const kept = annotationsAt(body, metadata?.annotations, [mine, wanted])
  const annotated = { text: textOf(kept, wanted), bytesOfOthers: () => bytesOfOthers(kept) }
  const { spec: said, keeps } = convertSpec(spec && parsedAt(body, spec), annotated, from, to)
  return { spec: said, annotations: { ...kept, values: { [mine]: keeps, [wanted]: undefined } } }
}

type Found = Omit<Annotations, 'values'>

/** None, where there is no object of them. */
function annotationsAt(body: Buffer, place: Member | undefined, names: readonly string[]): Found {
  const found = place && membersAt(body, place.start, names)
  return place && found ? { json: body, place, found } : NONE
}

const NO_MEMBERS = Buffer.from('{}')
const NONE: Found = { json: NO_MEMBERS, place: { start: 0, end: NO_MEMBERS.length }, found: new Map() }

/** Of a list or an object nothing is made: it keeps no spec. */
function textOf({ json, found }: Found, name: string): unknown {
  const place = found.get(name)
  return place?.values === 1 ? parsedAt(json, place) : undefined
}

function bytesOfOthers({ json, place, found }: Found): number {
  const bytesAt = ({ start, end }: Found['place']) => textBytes(json, start, end)
  return [...found.values()].reduce((sum, { whole }) => sum - bytesAt(whole), bytesAt(place))
}

/** For an error of the conversion itself: a mistake in it must not make every LIST fail. */
export function failedObject(body: Buffer, place: Span, to: ApiVersion, why: string): Converted {
  const version = membersAt(body, place.start, ['apiVersion'])?.get('apiVersion')
  const spec = membersAt(body, place.start, ['spec'])?.get('spec')
  if (version === undefined) return { pieces: [body.subarray(place.start, place.end)] }
  const parts = { place, version, spec, metadata: undefined }
  return { pieces: rewritten(body, parts, { spec: unread(to, why) }, to), unread: why }
}

/** JSON.parse of such would take a hundred times its memory. */
function isLarge({ values, depth }: Span): boolean {
  return values > MOST_VALUES || depth > DEEPEST
}

function rewritten(
  body: Buffer,
  { place, version, spec, metadata }: Parts,
  result: Result,
  to: ApiVersion,
): Pieces {
  const changes: Change[] = [
    { name: 'apiVersion', member: version, value: jsonOf(to.apiVersion) },
    { name: 'spec', member: spec, value: result.spec === undefined ? undefined : jsonOf(result.spec) },
  ]
  if (metadata !== undefined && result.annotations !== undefined)
    changes.push({
      name: 'metadata',
      member: metadata.place,
      value: annotated(body, metadata, result.annotations),
    })
  return changed(body, place, changes)
}

function annotated(body: Buffer, metadata: Metadata, { json, place, found, values }: Annotations): Pieces {
  const changes = Object.entries(values).map(([name, text]) => ({
    name,
    member: found.get(name),
    value: text === undefined ? undefined : jsonOf(text),
  }))
  const all = changed(json, place, changes)
  // An empty list of them would be another object than none.
  const value = isEmpty(all) ? undefined : all
  return changed(body, metadata.place, [{ name: 'annotations', member: metadata.annotations, value }])
}
