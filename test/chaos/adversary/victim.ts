import { median, percentile } from '../../../bench/support/statistics.ts'
import { objectPath, withQuery } from '../../../reconciler/kube/paths.ts'
import { configMaps, mcrouters, statefulSets } from '../../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { API_VERSION, KIND } from '../../../schemas/v1alpha3.ts'
import { at } from '../../support/at.ts'
import type { Client } from '../../support/control-plane/client.ts'
import { eventually } from '../../support/deadline.ts'

export const WHAT = ['apply', 'status', 'scale'] as const
/** `apiServer`: an apply that has nothing to do with the operator. */
export type What = (typeof WHAT)[number] | 'apiServer'

/** Milliseconds that each thing took, one after the other. */
export type Times = Readonly<Record<What, number[]>>

const NAME = 'sessions'
const LOOK = { withinMs: 60_000, everyMs: 10 }

/** A tenant who has nothing to do with any of it, and works with one Mcrouter all day. */
export class Victim {
  readonly #client: Client
  readonly #namespace: string
  #replicas = 2
  #size = 2

  constructor(client: Client, namespace: string) {
    this.#client = client
    this.#namespace = namespace
  }

  /** One change after the other, until the signal fires. */
  async workUntil(signal: AbortSignal): Promise<Times> {
    const times: Times = { apiServer: [], apply: [], status: [], scale: [] }
    while (!signal.aborted) {
      times.apiServer.push(await timed(() => this.#applyElsewhere()))
      times.apply.push(await timed(() => this.#apply()))
      times.status.push(await timed(() => this.#reported()))
      times.scale.push(await timed(() => this.#scale()))
      await this.#reported()
    }
    return times
  }

  /** An apply answered. */
  async #apply(): Promise<void> {
    this.#replicas = 5 - this.#replicas
    const spec = { mcrouter_replicas: this.#replicas }
    const body = { apiVersion: API_VERSION, kind: KIND, metadata: { name: NAME }, spec }
    const path = withQuery(this.#path(), { fieldManager: 'victim', force: true })
    await this.#send(path, body, 'application/apply-patch+yaml')
  }

  async #applyElsewhere(): Promise<void> {
    const metadata = { name: 'notes' }
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { at: `${performance.now()}` } }
    const path = withQuery(objectPath(configMaps, { namespace: this.#namespace, ...metadata }), {
      fieldManager: 'victim',
    })
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
  async #scale(): Promise<void> {
    this.#size = 5 - this.#size
    await this.#send(
      `${this.#path()}/scale`,
      { spec: { replicas: this.#size } },
      'application/merge-patch+json',
    )
    const path = objectPath(statefulSets, { namespace: this.#namespace, name: `${NAME}-memcached` })
    await eventually(
      'the StatefulSet follows',
      async () => at((await this.#client.request('GET', path)).body, 'spec', 'replicas') === this.#size,
      LOOK,
    )
  }

  #path(): string {
    return objectPath(mcrouters, { namespace: this.#namespace, name: NAME })
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

export interface Summary {
  readonly count: number
  readonly median: number
  readonly p90: number
}

export function summaryOf(times: readonly number[]): Summary {
  return { count: times.length, median: median(times), p90: percentile(times, 90) }
}
