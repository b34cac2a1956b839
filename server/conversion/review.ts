import type { ApiVersion, Versions } from '../../schemas/api-version.ts'
import { itemsAt, membersAt, type Span } from '../../text/json-members.ts'
import {
  MCR_ERR_BODY_NOT_JSON,
  MCR_ERR_CONVERSION_REVIEW_INVALID,
  MCR_ERR_CONVERSION_REVIEW_VERSION,
} from '../errors/errors.ts'

/** The only version that the CRD asks for (spec.conversion.webhook.conversionReviewVersions). */
const REVIEW_API_VERSION = 'apiextensions.k8s.io/v1'
const REVIEW_KIND = 'ConversionReview'

/** Characters: the API server's is a UUID of 36, and what it is goes back in the answer. */
const LONGEST_UID = 128

/** Objects of one review. The API server has never more than one to convert: docs/adr/0035-convert-webhook.md. */
export const MOST_OBJECTS = 2_000

/** Bytes of a review up to which it is read whole first, which says whether it is JSON. */
const SMALL = 32 * 1024

/** What a ConversionReview asks for. */
export interface ConversionRequest {
  readonly uid: string
  readonly to: ApiVersion
  /** Where they are in the body, in their order. */
  readonly objects: readonly Span[]
}

/** A review that can be answered, but not with objects. */
export interface Refusal {
  readonly uid: string
  readonly message: string
}

/**
 * The request in a ConversionReview. Objects are found and not read: each is read when its turn comes.
 * @throws MCR_ERR_BODY_NOT_JSON, MCR_ERR_CONVERSION_REVIEW_VERSION for another version, else MCR_ERR_CONVERSION_REVIEW_INVALID
 */
export function readReview(body: Buffer, versions: Versions): ConversionRequest | Refusal {
  if (body.length <= SMALL) parseJson(body.toString('utf8'))
  const review = membersAt(body, 0, ['apiVersion', 'kind', 'request'])
  if (review === undefined) throw new MCR_ERR_BODY_NOT_JSON('it is no object, or ends in the middle of one')
  if (textAt(body, review.get('kind')) !== REVIEW_KIND)
    throw new MCR_ERR_CONVERSION_REVIEW_INVALID(`kind is not "${REVIEW_KIND}"`)
  const apiVersion = textAt(body, review.get('apiVersion'))
  if (apiVersion !== REVIEW_API_VERSION) throw new MCR_ERR_CONVERSION_REVIEW_VERSION(quoted(apiVersion))
  const place = review.get('request')
  const request = place && membersAt(body, place.start, ['uid', 'desiredAPIVersion', 'objects'])
  if (request === undefined) throw new MCR_ERR_CONVERSION_REVIEW_INVALID('request is missing')
  const uid = textAt(body, request.get('uid'))
  if (uid === undefined || uid === '')
    throw new MCR_ERR_CONVERSION_REVIEW_INVALID('request.uid is missing, or longer than 128 characters')
  const desired = textAt(body, request.get('desiredAPIVersion'))
  const to = Object.values(versions).find((version) => version.apiVersion === desired)
  if (to === undefined) return { uid, message: unknownVersion('to', desired, versions) }
  const list = request.get('objects')
  const objects = list && itemsAt(body, list.start, MOST_OBJECTS)
  return objects === undefined ? { uid, message: NO_LIST } : { uid, to, objects }
}

const NO_LIST = `request.objects is no list, or one of more than ${MOST_OBJECTS}: send fewer objects at once`

/** @param unknown as an object or a request has it; undefined for what is no text, or too long for one */
export function unknownVersion(side: 'from' | 'to', unknown: string | undefined, versions: Versions): string {
  const known = Object.values(versions).map(({ apiVersion }) => apiVersion)
  return `Mcrouters cannot be converted ${side} ${quoted(unknown)}, only ${side} ${known.join(' and ')}: if the CustomResourceDefinition names another version, run helm upgrade so that it is of the same release as the webhook`
}

/** The body that answers a review with its objects; no copy is made of what is in the body as it was. */
export function answer({ uid }: ConversionRequest, objects: readonly (readonly Buffer[])[]): Buffer {
  const result = { status: 'Success' }
  const [start, end] = split({ uid, result, convertedObjects: [] })
  const items = objects.flatMap((pieces, index) => (index === 0 ? pieces : [SEPARATOR, ...pieces]))
  return Buffer.concat([start, ...items, end])
}

/** HTTP 200 as well: the API server then says the message, and of any other status nothing. */
export function refuse({ uid, message }: Refusal): Buffer {
  return Buffer.from(responded({ uid, result: { status: 'Failure', message }, convertedObjects: [] }))
}

const SEPARATOR = Buffer.from(',')
/** The list of the answer is its last member. */
const LIST_END = ']}}'

function split(response: object): [Buffer, Buffer] {
  return [Buffer.from(responded(response).slice(0, -LIST_END.length)), Buffer.from(LIST_END)]
}

function responded(response: object): string {
  return JSON.stringify({ apiVersion: REVIEW_API_VERSION, kind: REVIEW_KIND, response })
}

/** Undefined for what is no text, or longer than any that is expected. */
export function textAt(body: Buffer, span: Span | undefined): string | undefined {
  if (span === undefined || span.end - span.start > LONGEST_UID + QUOTES) return undefined
  const value = parsedAt(body, span)
  return typeof value === 'string' ? value : undefined
}

const QUOTES = 2

/** @throws MCR_ERR_BODY_NOT_JSON */
export function parsedAt(body: Buffer, { start, end }: Span): unknown {
  return parseJson(body.toString('utf8', start, end))
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new MCR_ERR_BODY_NOT_JSON(error instanceof Error ? error.message : String(error))
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}
