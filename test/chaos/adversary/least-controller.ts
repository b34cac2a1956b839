import { setTimeout as delay } from 'node:timers/promises'
import type { Resource } from '../../../reconciler/kube/api.ts'
import { collectionPath, objectPath, withQuery } from '../../../reconciler/kube/paths.ts'
import { configMaps, deployments, statefulSets } from '../../../reconciler/kube/resources.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import type { Client } from '../../../testing/control-plane/client.ts'
import { at } from '../../support/at.ts'
import { twins } from './twin.ts'

interface Key {
  readonly namespace: string
  readonly name: string
}

const ROUTERS = { app: 'twin-routers' }
const SERVERS = { app: 'twin-servers' }

/**
 * The least that any controller does for one twin: it hears of a change by a watch, writes what differs, as large as what the
 * operator writes, and then the status. It judges nothing, so that what it takes is what the API server takes.
 */
export class LeastController {
  readonly #client: Client
  readonly #key: Key
  readonly #deployment: JsonObject
  readonly #statefulSet: JsonObject
  /** Requests that failed, and watches that ended by more than their time. */
  failures = 0
  #replicas: unknown
  #size: unknown
  #generation: unknown

  private constructor(client: Client, key: Key, deployment: JsonObject, statefulSet: JsonObject) {
    this.#client = client
    this.#key = key
    this.#deployment = deployment
    this.#statefulSet = statefulSet
  }

  /** @param mcrouter whose workloads are the pattern */
  static async like(client: Client, mcrouter: Key, key: Key): Promise<LeastController> {
    const { namespace, name } = mcrouter
    const specOf = async (resource: Resource, workload: string, labels: JsonObject) => {
      const { body } = await client.request('GET', objectPath(resource, { namespace, name: workload }))
      return relabelled(body, labels)
    }
    return new LeastController(
      client,
      key,
      await specOf(deployments, name, ROUTERS),
      await specOf(statefulSets, `${name}-memcached`, SERVERS),
    )
  }

  /** Never rejects: as any controller it tries again, and who waits for its status sees that it does not come. */
  async followUntil(signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#key
    const selected = { watch: true, fieldSelector: `metadata.name=${name}` }
    const path = withQuery(collectionPath(twins, namespace), selected)
    while (!signal.aborted) {
      try {
        for await (const { object } of this.#client.watch(path, signal)) await this.#follow(object)
      } catch {
        this.failures += 1
      }
      await delay(100, undefined, { signal }).catch(() => undefined)
    }
  }

  async #follow(twin: JsonObject): Promise<void> {
    const generation = at(twin, 'metadata', 'generation')
    if (generation === this.#generation) return
    const size = at(twin, 'spec', 'memcached_pool_size') ?? 2
    const replicas = at(twin, 'spec', 'mcrouter_replicas') ?? 2
    const { namespace, name } = this.#key
    if (size !== this.#size) await this.#scale(size, Number(size) < Number(this.#size))
    if (replicas !== this.#replicas)
      await this.#apply(deployments, name, { spec: { ...this.#deployment, replicas } })
    const status = { observedGeneration: generation, replicas: size }
    await this.#send(objectPath(twins, { namespace, name }, 'status'), { status })
    this.#size = size
    this.#replicas = replicas
    this.#generation = generation
  }

  /** In the only order that is safe: servers go after the routing does, and after another look at what is wanted. */
  async #scale(size: unknown, shrinks: boolean): Promise<void> {
    const { namespace, name } = this.#key
    const servers = { spec: { ...this.#statefulSet, replicas: size } }
    const routing = { data: { size: String(size) } }
    if (!shrinks) await this.#apply(statefulSets, `${name}-memcached`, servers)
    await this.#apply(configMaps, `${name}-config`, routing)
    if (!shrinks) return
    await this.#send(objectPath(twins, { namespace, name }, 'status'), { status: { replicas: this.#size } })
    await this.#client.request('GET', objectPath(twins, { namespace, name }))
    await this.#apply(statefulSets, `${name}-memcached`, servers)
  }

  async #apply({ apiVersion, kind, ...resource }: Resource, name: string, content: object): Promise<void> {
    const { namespace } = this.#key
    const path = objectPath({ apiVersion, kind, ...resource }, { namespace, name })
    const body = { apiVersion, kind, metadata: { name, namespace }, ...content }
    await this.#send(
      withQuery(path, { fieldManager: 'least', force: true }),
      body,
      'application/apply-patch+yaml',
    )
  }

  async #send(path: string, body: JsonObject, contentType = 'application/merge-patch+json'): Promise<void> {
    const { status, text } = await this.#client.request('PATCH', path, { body, contentType })
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
  }
}

/** The spec of a workload whose pods are of nobody else. */
function relabelled(workload: JsonObject, labels: JsonObject): JsonObject {
  const { spec } = workload
  const template = at(spec, 'template')
  if (!isJsonObject(spec) || !isJsonObject(template)) throw new Error('no workload to take as a pattern')
  return {
    ...spec,
    selector: { matchLabels: labels },
    template: { ...template, metadata: { labels } },
  }
}
