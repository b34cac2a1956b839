import type { ApiVersion } from '../schemas/api-version.ts'
import type { JsonObject } from '../schemas/json.ts'
import { API_VERSION, VERSION } from '../schemas/v1alpha3/spec.ts'
import { GROUP, KIND, PLURAL } from '../schemas/well-known.ts'
import { type AdmissionRequest, readReview } from '../server/admission/review.ts'

/** A Mcrouter as a user writes it. */
export function mcrouterObject(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'cache', namespace: 'shop', ...metadata },
    spec,
  }
}

/** An autoscaling/v1 Scale of one. */
export function scaleObject(replicas: number): JsonObject {
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'cache', namespace: 'shop' },
    spec: { replicas },
    status: { replicas },
  }
}

/** An AdmissionReview as the API server sends it for an object, an update when there is a stored one. */
export function reviewOf(object: JsonObject, stored?: JsonObject, request: JsonObject = {}): JsonObject {
  const kind = { group: GROUP, version: VERSION, kind: KIND }
  const resource = { group: GROUP, version: VERSION, resource: PLURAL }
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UID,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: 'cache',
      namespace: 'shop',
      operation: stored === undefined ? 'CREATE' : 'UPDATE',
      userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      object,
      oldObject: stored ?? null,
      dryRun: false,
      options: null,
      ...request,
    },
  }
}

/** One of objects of that version. */
export function reviewIn(
  { name }: Pick<ApiVersion, 'name'>,
  object: JsonObject,
  stored?: JsonObject,
): JsonObject {
  const kind = { group: GROUP, version: name, kind: KIND }
  const resource = { group: GROUP, version: name, resource: PLURAL }
  return reviewOf(object, stored, { kind, resource, requestKind: kind, requestResource: resource })
}

export function scaleReviewOf(replicas: number, stored: number): JsonObject {
  return reviewOf(scaleObject(replicas), scaleObject(stored), {
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    subResource: 'scale',
  })
}

/** What the webhooks make of such a review. */
export function requestOf(review: JsonObject): AdmissionRequest {
  return readReview(Buffer.from(JSON.stringify(review)))
}

export const UID = '0df28fbd-5f5f-11e8-bc74-36e6bb280816'
