import type { KubeObject, Resource } from '../../reconciler/kube/api.ts'
import { collectionPath, objectPath } from '../../reconciler/kube/paths.ts'
import { mcrouters as stored } from '../../reconciler/kube/resources.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { KIND } from '../../schemas/well-known.ts'
import type { Answer, Client } from '../../testing/control-plane/client.ts'
import { type Ending, endingOf } from './answers.ts'
import type { Operation } from './operation.ts'

/** In the version that most users write, which is not the stored one. */
const mcrouters: Resource = { ...stored, apiVersion: API_VERSION }

/** How an operation ended, and what was said of it. */
export interface Done {
  readonly ending: Ending
  readonly said: string
}

/** Carries out operations as cluster admin. */
export class Churn {
  readonly #client: Client
  readonly #childrenOf: (mcrouter: string) => readonly KubeObject[]

  constructor(client: Client, childrenOf: (mcrouter: string) => readonly KubeObject[]) {
    this.#client = client
    this.#childrenOf = childrenOf
  }

  /** Never rejects: no answer is a way to end, too. */
  async carryOut(operation: Operation): Promise<Done> {
    try {
      const { status, text } = await this.#request(operation)
      return { ending: endingOf(status, text), said: `${operation.key.name}: ${status} ${text}` }
    } catch (error) {
      return { ending: endingOf(undefined, ''), said: `${operation.key.name}: ${String(error)}` }
    }
  }

  #request(operation: Operation): Promise<Answer> {
    const { key } = operation
    const path = objectPath(mcrouters, key)
    const patch = (at: string, body: JsonObject) => this.#client.request('PATCH', at, { body })
    switch (operation.kind) {
      case 'create': {
        const body = { apiVersion: API_VERSION, kind: KIND, metadata: key, spec: operation.spec }
        return this.#client.request('POST', collectionPath(mcrouters, key.namespace), { body })
      }
      case 'change':
      case 'spoil':
        return patch(path, { spec: operation.patch })
      case 'scale':
        return patch(`${path}/scale`, { spec: { replicas: operation.replicas } })
      case 'delete':
        return this.#client.request('DELETE', path)
      case 'meddle':
        return this.#client.request('DELETE', this.#victim(`${key.namespace}/${key.name}`, operation.choice))
    }
  }

  #victim(mcrouter: string, choice: number): string {
    const children = this.#childrenOf(mcrouter)
    const child = children[Math.floor(choice * children.length)]
    const resource = child && KINDS.get(child.kind)
    if (child === undefined || resource === undefined)
      return collectionPath(mcrouters, 'default').concat('/-')
    return objectPath(resource, { namespace: String(child.metadata.namespace), name: child.metadata.name })
  }
}
