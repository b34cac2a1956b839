import type { Resource } from '../../reconciler/kube/api.ts'
import { objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import { mcrouters, pods } from '../../reconciler/kube/resources.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { KIND } from '../../schemas/well-known.ts'
import type { Client, Method, RequestOptions } from '../control-plane/client.ts'

export const NAMESPACE = 'adversary'

const RESOURCES: ReadonlyMap<string, Resource> = new Map([...KINDS, [KIND, mcrouters], ['Pod', pods]])

/** Counted as the status of a request without an answer: an API server may be down in a test that this goes on beside. */
const NO_ANSWER = 0

export type Applied = JsonObject & { readonly metadata: JsonObject & { readonly name: string } }

/** Somebody who has the role `edit` in one namespace, and no other right. */
export class Intruder {
  /** How often each HTTP status was the answer. */
  readonly answers = new Map<number, number>()
  /** Sent to the API server. */
  bytes = 0
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** Server-side apply under the operator's own name. */
  async apply(kind: string, object: Applied): Promise<void> {
    const resource = resourceOf(kind)
    const path = objectPath(resource, { namespace: NAMESPACE, name: object.metadata.name })
    const body = { apiVersion: resource.apiVersion, kind, ...object }
    const contentType = 'application/apply-patch+yaml'
    await this.#send('PATCH', withQuery(path, { fieldManager: 'mcrouter-operator', force: true }), {
      body,
      contentType,
    })
  }

  async mcrouter(name: string, spec: JsonObject, metadata: JsonObject = {}): Promise<void> {
    await this.apply(KIND, { apiVersion: API_VERSION, metadata: { name, ...metadata }, spec })
  }

  async annotate(name: string, annotations: JsonObject): Promise<void> {
    const path = objectPath(mcrouters, { namespace: NAMESPACE, name })
    await this.#send('PATCH', path, { body: { metadata: { annotations } } })
  }

  async remove(kind: string, name: string): Promise<void> {
    await this.#send('DELETE', objectPath(resourceOf(kind), { namespace: NAMESPACE, name }))
  }

  /** What `edit` alone does not allow: as another operator that writes the status as well. */
  async rival(name: string, status: JsonObject): Promise<void> {
    const path = objectPath(mcrouters, { namespace: NAMESPACE, name }, 'status')
    await this.#send('PATCH', path, { body: { status } })
  }

  async #send(method: Method, path: string, { body, contentType }: RequestOptions = {}): Promise<void> {
    const text = body === undefined ? '' : JSON.stringify(body)
    this.bytes += text.length
    const options = { ...(text !== '' && { body: text }), ...(contentType && { contentType }) }
    const status = await this.#client.request(method, path, options).then(
      (answer) => answer.status,
      () => NO_ANSWER,
    )
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
  }
}

function resourceOf(kind: string): Resource {
  const resource = RESOURCES.get(kind)
  if (resource === undefined) throw new Error(`an adversary has no use for a ${kind}`)
  return resource
}
