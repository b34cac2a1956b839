import { setTimeout as delay } from 'node:timers/promises'
import type { KubeObject, Resource } from '../../reconciler/kube/api.ts'
import { toKubeObject } from '../../reconciler/kube/object.ts'
import { collectionPath, withQuery } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import { KINDS } from '../../render/kinds.ts'
import { isJsonObject } from '../../schemas/json.ts'
import type { Client } from '../../testing/control-plane/client.ts'

/** Told of every change; `mcrouter` is "NAMESPACE/NAME". */
export interface Follower {
  mcrouterChanged(mcrouter: string): void
  childChanged(mcrouter: string, isGone: boolean): void
}

export const OURS = 'app.kubernetes.io/managed-by=mcrouter-operator'
const INSTANCE = 'app.kubernetes.io/instance'
const RETRY_MS = 200

/** What the API server has of Mcrouters and of what they expand to, followed by watches of its own. */
export class Mirror {
  /** By "NAMESPACE/NAME". */
  readonly mcrouters = new Map<string, KubeObject>()
  readonly #children = new Map<string, Map<string, KubeObject>>()
  readonly #client: Client
  readonly #follower: Follower

  constructor(client: Client, follower: Follower) {
    this.#client = client
    this.#follower = follower
  }

  childrenOf(mcrouter: string): readonly KubeObject[] {
    return [...(this.#children.get(mcrouter)?.values() ?? [])]
  }

  /** Until the signal fires; an API server that is away is waited for. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([mcrouters, ...KINDS.values()].map((one) => this.#followOne(one, signal)))
  }

  async #followOne(resource: Resource, signal: AbortSignal): Promise<void> {
    const labelSelector = resource === mcrouters ? undefined : OURS
    while (!signal.aborted) {
      try {
        const { objects, resourceVersion } = await listOf(this.#client, resource, labelSelector)
        this.#replace(resource, objects)
        const query = { watch: true, resourceVersion, labelSelector }
        for await (const event of this.#client.watch(withQuery(collectionPath(resource), query), signal)) {
          if (event.type === 'ERROR') break
          this.#set(resource, toKubeObject(resource, event.object), event.type === 'DELETED')
        }
      } catch {
        // The soak stops the API server on purpose; whether anything was missed is seen at the next checkpoint.
        if (!signal.aborted) await delay(RETRY_MS)
      }
    }
  }

  #replace(resource: Resource, objects: readonly KubeObject[]): void {
    const listed = new Set(objects.map(({ metadata }) => metadata.uid))
    const known =
      resource === mcrouters
        ? [...this.mcrouters.values()]
        : [...this.#children.values()].flatMap((one) => [...one.values()])
    for (const object of known) {
      if (object.kind === resource.kind && !listed.has(object.metadata.uid)) this.#set(resource, object, true)
    }
    for (const object of objects) this.#set(resource, object, false)
  }

  #set(resource: Resource, object: KubeObject, isGone: boolean): void {
    if (resource === mcrouters) {
      const id = `${object.metadata.namespace}/${object.metadata.name}`
      if (isGone) this.mcrouters.delete(id)
      else this.mcrouters.set(id, object)
      this.#follower.mcrouterChanged(id)
      return
    }
    const id = mcrouterOf(object)
    const children = this.#children.get(id) ?? new Map<string, KubeObject>()
    const name = `${object.kind} ${object.metadata.name}`
    if (isGone) children.delete(name)
    else children.set(name, object)
    if (children.size === 0) this.#children.delete(id)
    else this.#children.set(id, children)
    this.#follower.childChanged(id, isGone)
  }
}

/** "NAMESPACE/NAME" of the Mcrouter that an object says it is of. */
export function mcrouterOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.labels?.[INSTANCE]}`
}

/** @throws when the answer is none */
export async function listOf(
  client: Client,
  resource: Resource,
  labelSelector: string | undefined,
): Promise<{ readonly objects: readonly KubeObject[]; readonly resourceVersion: string }> {
  const path = withQuery(collectionPath(resource), { labelSelector })
  const { status, body, text } = await client.request('GET', path)
  if (status !== 200 || !Array.isArray(body.items)) throw new Error(`GET ${path}: ${status} ${text}`)
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  return {
    objects: body.items.map((item) => toKubeObject(resource, item)),
    resourceVersion: String(metadata.resourceVersion),
  }
}
