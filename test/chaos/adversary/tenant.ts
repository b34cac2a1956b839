import { setTimeout as delay } from 'node:timers/promises'
import type { Resource } from '../../../reconciler/kube/api.ts'
import { objectPath, withQuery } from '../../../reconciler/kube/paths.ts'
import { statefulSets } from '../../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Client } from '../../../testing/control-plane/client.ts'
import { eventually } from '../../../testing/deadline.ts'
import { at } from '../../support/at.ts'

/** Milliseconds that each thing took. */
export interface Round {
  readonly apply: number
  readonly status: number
  readonly grow: number
  readonly shrink: number
}

const LOOK = { withinMs: 120_000, everyMs: 10 }
/** A person's pace: faster than an operator works on one object, a tenant would wait for itself. */
const PAUSE_MS = 500

/** Somebody who has nothing to do with any of it, and works with one object all day. */
export class Tenant {
  readonly #client: Client
  readonly #resource: Resource
  readonly #key: { readonly namespace: string; readonly name: string }
  #replicas = 2

  /** @param resource Mcrouters, or what is as large as they are */
  constructor(
    client: Client,
    resource: Resource,
    key: { readonly namespace: string; readonly name: string },
  ) {
    this.#client = client
    this.#resource = resource
    this.#key = key
  }

  async round(): Promise<Round> {
    const apply = await timed(() => this.#apply())
    const status = await timed(() => this.#reported())
    await delay(PAUSE_MS)
    const grow = await this.#scaled(3)
    const shrink = await this.#scaled(2)
    return { apply, status, grow, shrink }
  }

  async #scaled(size: number): Promise<number> {
    const took = await timed(() => this.#scale(size))
    await this.#reported()
    await delay(PAUSE_MS)
    return took
  }

  /** An apply answered. */
  async #apply(): Promise<void> {
    this.#replicas = 5 - this.#replicas
    const { apiVersion, kind } = this.#resource
    const spec = { mcrouter_replicas: this.#replicas }
    const body = { apiVersion, kind, metadata: { name: this.#key.name }, spec }
    const path = withQuery(this.#path(), { fieldManager: 'tenant', force: true })
    await this.#send(path, body, 'application/apply-patch+yaml')
  }

  /** The status is about the newest spec. */
  async #reported(): Promise<void> {
    await eventually(
      'the status is about the newest spec',
      async () => {
        const { body } = await this.#client.request('GET', this.#path())
        return at(body, 'status', 'observedGeneration') === at(body, 'metadata', 'generation')
      },
      LOOK,
    )
  }

  /** There are as many servers as `kubectl scale` asks for. */
  async #scale(size: number): Promise<void> {
    const body = { spec: { replicas: size } }
    await this.#send(this.#path('scale'), body, 'application/merge-patch+json')
    const path = objectPath(statefulSets, { ...this.#key, name: `${this.#key.name}-memcached` })
    await eventually(
      'the StatefulSet follows',
      async () => at((await this.#client.request('GET', path)).body, 'spec', 'replicas') === size,
      LOOK,
    )
  }

  #path(subresource?: string): string {
    return objectPath(this.#resource, this.#key, subresource)
  }

  async #send(path: string, body: JsonObject, contentType: string): Promise<void> {
    const { status, text } = await this.#client.request('PATCH', path, { body, contentType })
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
