import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { GROUP, KIND, PLURAL } from '../../schemas/well-known.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'

/** What a user writes. */
const WRITTEN = {
  mcrouter_image: 'registry.example.com/cache/mcrouter:v2026.03.02',
  mcrouter_resources: { requests: { cpu: '500m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  memcached_image: 'memcached:1.6.38-alpine',
  memcached_memory_mb: 1024,
  pool_setup: 'sharded',
  node_selector: { 'node.kubernetes.io/pool': 'cache' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'cache', effect: 'NoSchedule' }],
  image_pull_secrets: [{ name: 'registry-example-com' }],
}

/** The same in v1beta1. */
const POD = {
  nodeSelector: WRITTEN.node_selector,
  tolerations: WRITTEN.tolerations,
  imagePullSecrets: WRITTEN.image_pull_secrets,
}
const WRITTEN_IN_V1BETA1 = {
  memcached: { shards: 2, image: WRITTEN.memcached_image, memory: '1Gi', pod: POD },
  router: { image: WRITTEN.mcrouter_image, pod: { ...POD, resources: WRITTEN.mcrouter_resources } },
}

/** What the API server fills in before it calls a webhook. */
const DEFAULTED = {
  mcrouter_port: 5000,
  mcrouter_replicas: 2,
  mcrouter_release: '37',
  memcached_port: 11211,
  memcached_pool_size: 2,
  memcached_max_item_size: '32m',
  memcached_max_connections: 1024,
  debug_fifo_root: '',
}

/**
 * The AdmissionReview of a `kubectl apply` that creates a Mcrouter which says more than most, as the API server sends
 * it: 2.5 KB, with the annotation that kubectl adds and the ownership of every field.
 * @param more to write, such as a field in its deprecated spelling, which `/mutate` has to rewrite
 */
export function realisticReview(more: JsonObject = {}): string {
  const written = mcrouterObject({ ...WRITTEN, ...more })
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(written)}\n` }
  return reviewWith(more, { annotations })
}

/** The same of a Mcrouter that is written in v1beta1, where the pods of each tier have settings of their own: 3.3 KB. */
export function realisticReviewOfV1beta1(): string {
  const { apiVersion } = V1BETA1
  const written = { ...mcrouterObject(WRITTEN_IN_V1BETA1), apiVersion }
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(written)}\n` }
  const metadata = metadataWith(annotations, fieldsOf(WRITTEN_IN_V1BETA1, 3), apiVersion)
  const spec = V1BETA1.settled(V1BETA1.withDefaults(WRITTEN_IN_V1BETA1))
  const object = { ...mcrouterObject(spec, metadata), apiVersion }
  const kind = { group: GROUP, version: V1BETA1.name, kind: KIND }
  const resource = { group: GROUP, version: V1BETA1.name, resource: PLURAL }
  const request = { kind, resource, requestKind: kind, requestResource: resource }
  return JSON.stringify(reviewOf(object, undefined, request))
}

/** The same of a server-side apply, which has no such annotation: 2.0 KB. */
export function serverSideReview(more: JsonObject = {}): string {
  return reviewWith(more, {})
}

function reviewWith(more: JsonObject, { annotations }: { readonly annotations?: JsonObject }): string {
  const spec = { ...WRITTEN, ...more }
  const metadata = metadataWith(annotations, fieldsOf(spec, 1), API_VERSION)
  return JSON.stringify(reviewOf(mcrouterObject({ ...DEFAULTED, ...spec }, metadata)))
}

function metadataWith(
  annotations: JsonObject | undefined,
  fields: JsonObject,
  apiVersion: string,
): JsonObject {
  return {
    ...(annotations !== undefined && { annotations }),
    uid: '6d3a1c5e-8a53-4ad4-9d4d-2f0a4b4f7f4e',
    generation: 1,
    creationTimestamp: '2026-03-02T10:00:00Z',
    managedFields: [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        apiVersion,
        time: '2026-03-02T10:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:annotations': {} }, 'f:spec': fields },
      },
    ],
  }
}

/** Who owns what, so many levels deep. */
function fieldsOf(spec: JsonObject, levels: number): JsonObject {
  const fields = Object.entries(spec).map(([name, value]) => [
    `f:${name}`,
    levels > 1 && isJsonObject(value) ? fieldsOf(value, levels - 1) : {},
  ])
  return Object.fromEntries(fields)
}
