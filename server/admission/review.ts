import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { LAST_APPLIED } from '../../schemas/validation/writing.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import {
  ACCESS_ANNOTATION,
  CONSENT_ANNOTATION,
  PROTECT_ANNOTATION,
  specAnnotation,
} from '../../schemas/well-known.ts'
import { type Excerpt, excerptOf, type Selection } from '../../text/excerpt.ts'
import { MCR_ERR_BODY_NOT_JSON, MCR_ERR_REVIEW_INVALID, MCR_ERR_REVIEW_VERSION } from '../errors/errors.ts'
import { faultOf, isSuspect } from './prototype-pollution.ts'
import type { Verdict } from './verdict.ts'

/** The only version that the webhook configurations ask for (admissionReviewVersions). */
export const REVIEW_API_VERSION = 'admission.k8s.io/v1'

/** What of an AdmissionReview's request a verdict depends on; users and dryRun change nothing. */
export interface AdmissionRequest {
  readonly uid: string
  readonly operation: string
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Of the API that was called, which a Scale does not tell: v1alpha3 of `/apis/mcrouter.example.com/v1alpha3/…/scale`. */
  readonly endpoint: string
  /** `scale`, `status`, …; empty for the object itself. */
  readonly subResource: string
  readonly name: string
  readonly object: JsonObject | undefined
  readonly oldObject: JsonObject | undefined
  /**
   * Whether the caller is known to have sent the whole object. Only kubectl says so, by the name of its field manager: the
   * API server gives a patch the options of a PUT (apiserver pkg/endpoints/handlers/patch.go: patchToUpdateOptions).
   */
  readonly replaces: boolean
  /** Of the review as it came. */
  readonly bytes: number
  /** Bytes of the object's annotations that are left out of it. */
  readonly unseenAnnotations: number
  /** Why nothing in the request may be used; undefined for almost all. */
  readonly fault: string | undefined
  /** The member of the object that holds too much to be judged and is left out of it; undefined for almost all. */
  readonly excess: string | undefined
}

/**
 * Bytes of a review up to which all of it is read. That takes this machine a few milliseconds at most, whatever it is: the
 * review of a Mcrouter has a few thousand.
 */
export const SMALL_REVIEW = 32 * 1024

/** Characters: the API server's is a UUID of 36, and what it is goes back in the answer. */
const LONGEST_UID = 128

/** k8s.io/kubectl pkg/cmd/replace/replace.go */
const KUBECTL_REPLACE = 'kubectl-replace'

/** Values that a member of a larger one may hold: twenty times as many as a spec with everything in it. */
export const MOST_VALUES = 10_000

function selection(members: Readonly<Record<string, 'whole' | Selection>>): Selection {
  return new Map(Object.entries(members))
}

const OBJECT = selection({
  apiVersion: 'whole',
  kind: 'whole',
  metadata: selection({
    name: 'whole',
    generateName: 'whole',
    namespace: 'whole',
    deletionTimestamp: 'whole',
    annotations: selection({
      // What tells how the spec was written: schemas/validation/writing.ts.
      [LAST_APPLIED]: 'whole',
      [PROTECT_ANNOTATION]: 'whole',
      [CONSENT_ANNOTATION]: 'whole',
      [ACCESS_ANNOTATION]: 'whole',
      // What is stored of it besides its spec.
      ...Object.fromEntries(
        Object.values(VERSIONS).map((version) => [specAnnotation(version), 'whole'] as const),
      ),
    }),
    managedFields: 'whole',
  }),
  spec: 'whole',
})

/** What is read of a larger review. */
const REVIEW = selection({
  apiVersion: 'whole',
  kind: 'whole',
  request: selection({
    uid: 'whole',
    operation: 'whole',
    kind: 'whole',
    resource: 'whole',
    subResource: 'whole',
    name: 'whole',
    options: selection({ fieldManager: 'whole' }),
    object: OBJECT,
    oldObject: OBJECT,
  }),
})

/**
 * The request in an AdmissionReview.
 * Read by hand: a schema validator over the whole review would cost more than the verdict itself.
 * @throws MCR_ERR_BODY_NOT_JSON, MCR_ERR_REVIEW_VERSION for another version, else MCR_ERR_REVIEW_INVALID
 */
export function readReview(body: Buffer): AdmissionRequest {
  const { text: json, cut, leftOut } = textOf(body)
  const review = parseJson(json)
  if (!isJsonObject(review)) throw new MCR_ERR_REVIEW_INVALID('the body is not a JSON object')
  if (review.kind !== 'AdmissionReview') throw new MCR_ERR_REVIEW_INVALID('kind is not "AdmissionReview"')
  if (review.apiVersion !== REVIEW_API_VERSION) throw new MCR_ERR_REVIEW_VERSION(quoted(review.apiVersion))
  const { request } = review
  if (!isJsonObject(request)) throw new MCR_ERR_REVIEW_INVALID('request is missing')
  const uid = text(request.uid)
  if (uid === '') throw new MCR_ERR_REVIEW_INVALID('request.uid is missing')
  if (uid.length > LONGEST_UID)
    throw new MCR_ERR_REVIEW_INVALID(`request.uid is longer than ${LONGEST_UID} characters`)
  const kind = isJsonObject(request.kind) ? request.kind : {}
  return {
    uid,
    operation: text(request.operation),
    group: text(kind.group),
    version: text(kind.version),
    endpoint: text(isJsonObject(request.resource) ? request.resource.version : undefined),
    kind: text(kind.kind),
    subResource: text(request.subResource),
    name: text(request.name),
    object: isJsonObject(request.object) ? request.object : undefined,
    oldObject: isJsonObject(request.oldObject) ? request.oldObject : undefined,
    replaces: isJsonObject(request.options) && request.options.fieldManager === KUBECTL_REPLACE,
    bytes: body.length,
    unseenAnnotations: leftOut.get(ANNOTATIONS) ?? 0,
    fault: isSuspect(json) ? faultOf(review, request.oldObject) : undefined,
    excess: [...cut].find(isJudged)?.slice(OF_OBJECT.length),
  }
}

const OF_OBJECT = 'request.object.'
/** The spec that a conversion keeps has to have room beside them. */
const ANNOTATIONS = `${OF_OBJECT}metadata.annotations`

/** Of the rest of the metadata nothing depends on what it says, only on what can be learned from it. */
function isJudged(path: string): boolean {
  return path.startsWith(OF_OBJECT) && !path.startsWith(`${OF_OBJECT}metadata.managedFields`)
}

function textOf(body: Buffer): Excerpt {
  if (body.length <= SMALL_REVIEW) return { text: body.toString('utf8'), cut: new Set(), leftOut: new Map() }
  const excerpt = excerptOf(body, REVIEW, MOST_VALUES, [ANNOTATIONS])
  if (excerpt === undefined) throw new MCR_ERR_BODY_NOT_JSON('it is no object, or ends in the middle of one')
  return excerpt
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new MCR_ERR_BODY_NOT_JSON(error instanceof Error ? error.message : String(error))
  }
}

/** The body that answers a review; HTTP 200 even for a denial, else the API server reports a broken webhook. */
export function answer(uid: string, verdict: Verdict): string {
  return JSON.stringify({
    apiVersion: REVIEW_API_VERSION,
    kind: 'AdmissionReview',
    response: { uid, ...responseOf(verdict) },
  })
}

function responseOf(verdict: Verdict): object {
  if (verdict.kind === 'denied') return { allowed: false, status: verdict.status }
  const warnings = verdict.warnings.length > 0 ? { warnings: verdict.warnings } : undefined
  if (verdict.kind === 'allowed') return { allowed: true, ...warnings }
  const patch = Buffer.from(JSON.stringify(verdict.patch)).toString('base64')
  return { allowed: true, patchType: 'JSONPatch', patch, ...warnings }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : 'none'
}
