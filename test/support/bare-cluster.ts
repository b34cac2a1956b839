import type { Test } from 'tap'
import type { Resource } from '../../reconciler/kube/api.ts'
import { collectionPath, objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import type { Method, RequestOptions } from '../../testing/control-plane/client.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { type Kubelet, startKubelet } from '../../testing/kubelet/index.ts'
import { type Conversion, startConversion } from './conversion.ts'
import { mcrouters } from './mcrouters.ts'

/**
 * A control plane with the API of Mcrouters and a stand-in for kubelet, but without an operator, and without
 * webhooks but for the one that converts.
 * Its calls go over HTTP: kubectl takes longer to start than most of what is tested.
 */
export interface BareCluster {
  readonly controlPlane: ControlPlane
  readonly kubelet: Kubelet
  readonly conversion: Conversion
  createNamespace(name: string): Promise<void>
  /** Server-side apply by somebody who is not the operator. */
  apply(resource: Resource, object: JsonObject): Promise<JsonObject>
  /** A merge patch by somebody who is not the operator. */
  patch(
    resource: Resource,
    namespace: string,
    name: string,
    patch: JsonObject,
    subresource?: string,
  ): Promise<void>
  /** Undefined when there is none. */
  get(resource: Resource, namespace: string, name: string): Promise<JsonObject | undefined>
  list(resource: Resource, namespace: string, labelSelector?: string): Promise<JsonObject[]>
  remove(resource: Resource, namespace: string, name: string): Promise<void>
}

/** About six seconds; everything ends with the test. */
export async function startBareCluster(t: Test): Promise<BareCluster> {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const kubelet = await startKubelet(controlPlane.client)
  t.teardown(() => kubelet.stop())
  const conversion = await startConversion(t, controlPlane)
  const input = JSON.stringify(customResourceDefinition(VERSIONS, conversion.clientConfig))
  const { code, stderr } = await controlPlane.kubectl(['apply', '-f', '-'], { input })
  if (code !== 0) throw new Error(stderr)
  const send = async (method: Method, path: string, options: RequestOptions = {}) => {
    const { status, body, text } = await controlPlane.client.request(method, path, options)
    if (status === 404 && method === 'GET') return undefined
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return body
  }
  await eventually(
    'Mcrouters are served',
    async () => (await send('GET', collectionPath(mcrouters))) !== undefined,
  )
  return {
    controlPlane,
    kubelet,
    conversion,
    createNamespace: async (name) => {
      await send('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
    },
    apply: async (resource, object) => {
      const { name, namespace } = Object(object.metadata)
      const path = withQuery(objectPath(resource, { namespace, name }), {
        fieldManager: 'somebody',
        force: true,
      })
      const body = { apiVersion: resource.apiVersion, kind: resource.kind, ...object }
      return (await send('PATCH', path, { body, contentType: 'application/apply-patch+yaml' })) ?? {}
    },
    patch: async (resource, namespace, name, body, subresource) => {
      const path = withQuery(objectPath(resource, { namespace, name }, subresource), {
        fieldManager: 'somebody',
      })
      await send('PATCH', path, { body })
    },
    get: (resource, namespace, name) => send('GET', objectPath(resource, { namespace, name })),
    list: async (resource, namespace, labelSelector) => {
      const { items } =
        (await send('GET', withQuery(collectionPath(resource, namespace), { labelSelector }))) ?? {}
      return Array.isArray(items) ? items.filter(isJsonObject) : []
    },
    remove: async (resource, namespace, name) => {
      await send('DELETE', objectPath(resource, { namespace, name }), {
        body: { propagationPolicy: 'Background' },
      })
    },
  }
}
