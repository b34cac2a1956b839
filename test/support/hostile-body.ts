import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { LAST_APPLIED } from '../../schemas/validation/writing.ts'
import { KIND } from '../../schemas/well-known.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { FILLINGS } from './hostile-filling.ts'

/** With the operation that a replicated pool asks most servers for. */
export const EXPLAIN = '/explain?key=user:42&op=set'

/** A body of which one or more places hold far more than they should. */
export interface HostileBody {
  readonly path: string
  readonly parts: readonly Part[]
}

export interface Part {
  readonly place: string
  readonly filling: string
  /** How many times its unit is repeated, at most: a body is no larger than its path takes. */
  readonly times: number
}

/** The place in a review, as members from the root of it. */
const IN_OBJECT = [
  'x',
  'apiVersion',
  'kind',
  'status',
  'metadata',
  'metadata.x',
  'metadata.name',
  'metadata.generateName',
  'metadata.namespace',
  'metadata.deletionTimestamp',
  'metadata.annotations',
  'metadata.managedFields',
  'spec',
  'spec.x',
  ...[
    'debug_fifo_root',
    'image_pull_secrets',
    'mcrouter_image',
    'mcrouterImage',
    'mcrouter_resources',
    'mcrouter_resources.limits',
    'mcrouter_resources.limits.cpu',
    'memcached_image',
    'memcached_max_item_size',
    'memcached_pool_size',
    'memcachedPoolSize',
    'node_selector',
    'node_selector.x',
    'pool_setup',
    'poolSetup',
    'tolerations',
  ].map((field) => `spec.${field}`),
]
/** What else is in the body is left out: the items are all of a List. */
export const LIST_PLACE = 'items'
/** The manifest that kubectl keeps, of an object that has a field in both spellings: then it is looked at. */
const LAST_APPLIED_PLACE = 'request.object.metadata.last-applied'

const PLACES = [
  LAST_APPLIED_PLACE,
  LIST_PLACE,
  'x',
  'kind',
  'request',
  'request.x',
  'request.uid',
  'request.operation',
  'request.kind',
  'request.name',
  'request.userInfo',
  ...['object', 'oldObject'].flatMap((which) => [
    `request.${which}`,
    ...IN_OBJECT.map((member) => `request.${which}.${member}`),
  ]),
]

export const PLACE_NAMES = PLACES

/** Whether the API server calls it, and not a person. */
export function isReviewPath(path: string): boolean {
  return path === '/mutate' || path === '/validate'
}

/** The text of it, of at most so many bytes. */
export function textOf({ path, parts }: HostileBody, limit: number): string {
  const isReview = isReviewPath(path)
  const body: Record<string, unknown> = isReview
    ? reviewOf(mcrouterObject(), storedFor(parts))
    : { ...mcrouterObject() }
  parts.forEach(({ place }, index) => {
    for (const [members, value] of membersAt(place, markOf(index))) {
      // What is in a place of the review, in the same of the object.
      put(body, isReview || members.length < 3 ? members : members.slice(2), value)
    }
  })
  const text = JSON.stringify(body)
  const room = Math.floor((limit - Buffer.byteLength(text)) / parts.length) - 20
  return parts.reduce((filled, { place, filling, times }, index) => {
    const make = FILLINGS.get(filling)
    if (make === undefined) throw new RangeError(`no filling is called ${filling}`)
    const isQuoted = place === LAST_APPLIED_PLACE
    const value = () =>
      isQuoted ? JSON.stringify(`{"spec":${make(times, Math.floor(room / 2))}}`) : make(times, room)
    return filled.replace(`"${markOf(index)}"`, value)
  }, text)
}

/** What is put where for a part. */
function membersAt(place: string, value: string): [members: string[], value: unknown][] {
  if (place === LIST_PLACE) {
    return [
      [['kind'], 'List'],
      [['items'], value],
    ]
  }
  if (place !== LAST_APPLIED_PLACE) return [[place.split('.'), value]]
  const spec = ['request', 'object', 'spec']
  return [
    [['request', 'object', 'metadata', 'annotations', LAST_APPLIED], value],
    [[...spec, 'mcrouter_port'], 5001],
    [[...spec, 'mcrouterPort'], 5002],
    [[...spec, 'memcached_port'], 5001],
  ]
}

function markOf(index: number): string {
  return `@${index}@`
}

/** An update only where the stored object has a part of it: a create is judged with more care. */
function storedFor(parts: readonly Part[]) {
  const isUpdate = parts.some(({ place }) => place.startsWith('request.oldObject'))
  return isUpdate ? { apiVersion: API_VERSION, kind: KIND, metadata: {}, spec: {} } : undefined
}

function put(object: Record<string, unknown>, [name = '', ...inner]: string[], value: unknown): void {
  if (inner.length === 0) {
    object[name] = value
    return
  }
  const child = object[name]
  const parent = isRecord(child) ? child : {}
  object[name] = parent
  put(parent, inner, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
