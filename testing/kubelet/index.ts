import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from '../../schemas/json.ts'
import type { Answer, Client } from '../control-plane/client.ts'
import { lastWord, object, objects, podStatus, type Report, SAID, wordOf } from './pod-status.ts'

export type { Report } from './pod-status.ts'

export interface Kubelet {
  /** From now on reports by `decide`; resolves when the pods that are there have their new report. */
  decide(decide: (pod: JsonObject) => Report): Promise<void>
  /** Pods that are deleted from then on stay in Terminating. */
  stop(): Promise<void>
}

const NODE = 'stand-in'
const RETRY_MS = 200

/**
 * Stands in for scheduler and kubelet where there are no nodes: it binds pods to a Node object, reports them
 * ready and confirms their deletion, as those would; the real controllers derive the status of StatefulSets,
 * Deployments and disruption budgets from that. No process is started, and every condition says so.
 */
export async function startKubelet(
  client: Client,
  decide: (pod: JsonObject) => Report = () => 'ready',
): Promise<Kubelet> {
  await registerNode(client)
  const stopped = new AbortController()
  const reporter = new Reporter(client, decide)
  const running = follow(client, (pod) => reporter.report(pod), stopped.signal)
  return {
    decide: async (next) => {
      reporter.decide = next
      await Promise.all((await listPods(client)).pods.map((pod) => reporter.report(pod)))
    },
    stop: async () => {
      stopped.abort()
      await running
    },
  }
}

/** A further node, to which the pods are bound that are for it: those of DaemonSets. */
export async function registerNode(client: Client, name = NODE): Promise<void> {
  const body = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'StandIn', message: SAID }] },
  }
  accept(await client.request('POST', '/api/v1/nodes', { body }), 201, 409)
  // Admission taints every new node, and no controller is there to see that it is ready.
  const untainted = { body: { spec: { taints: null } } }
  accept(await client.request('PATCH', `/api/v1/nodes/${name}`, untainted), 200)
}

class Reporter {
  decide: (pod: JsonObject) => Report
  readonly #client: Client
  #addresses = 0

  constructor(client: Client, decide: (pod: JsonObject) => Report) {
    this.#client = client
    this.decide = decide
  }

  async report(pod: JsonObject): Promise<void> {
    const { name, namespace, uid, deletionTimestamp } = object(pod.metadata)
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    if (deletionTimestamp !== undefined) {
      const body = { gracePeriodSeconds: 0, preconditions: { uid } }
      accept(await this.#client.request('DELETE', path, { body }), 200, 404, 409)
      return
    }
    const report = this.decide(pod)
    if (wordOf(report) === lastWord(pod)) return
    await this.#bind(pod, path)
    const status = podStatus(pod, report, this.#address(pod))
    // The uid: a StatefulSet gives the next pod the same name.
    const body = { metadata: { uid }, status }
    accept(await this.#client.request('PATCH', `${path}/status`, { body }), 200, 404, 409)
  }

  async #bind(pod: JsonObject, path: string): Promise<void> {
    if (object(pod.spec).nodeName !== undefined) return
    const { name, uid } = object(pod.metadata)
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: nodeOf(pod) },
    }
    accept(await this.#client.request('POST', `${path}/binding`, { body }), 201, 404, 409)
  }

  #address(pod: JsonObject): string {
    const known = object(pod.status).podIP
    if (typeof known === 'string') return known
    // Loopback, so that nobody who dials a pod ever reaches a stranger; the endpoints controllers refuse to publish it.
    const number = this.#addresses++
    return `127.88.${Math.floor(number / 250)}.${(number % 250) + 2}`
  }
}

/** That for which a DaemonSet has made it: kubernetes pkg/controller/daemon/util ReplaceDaemonSetPodNodeNameNodeAffinity. */
function nodeOf(pod: JsonObject): string {
  const { nodeAffinity } = object(object(pod.spec).affinity)
  const { nodeSelectorTerms } = object(object(nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution)
  const [field] = objects(nodeSelectorTerms).flatMap(({ matchFields }) => objects(matchFields))
  const [name] = Array.isArray(field?.values) ? field.values : []
  return field?.key === 'metadata.name' && typeof name === 'string' ? name : NODE
}

/** Throws unless the status is one of these: gone or replaced in the meantime is an answer, too. */
function accept(answer: Answer, ...statuses: number[]): void {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${answer.text}`)
}

/** Lists and watches until the signal fires; an API server that is away is waited for. */
async function follow(
  client: Client,
  report: (pod: JsonObject) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const failed = new AbortController()
    const lanes = new Lanes(report, () => failed.abort())
    const either = AbortSignal.any([signal, failed.signal])
    try {
      const { pods, resourceVersion } = await listPods(client, either)
      for (const pod of pods) lanes.add(pod)
      const path = `/api/v1/pods?watch=1&resourceVersion=${resourceVersion}`
      for await (const event of client.watch(path, either)) {
        if (event.type === 'ERROR') break
        if (event.type !== 'DELETED') lanes.add(event.object)
      }
    } catch {
      // Tests stop the API server on purpose; kubelet goes on trying, too.
      if (!signal.aborted) await delay(RETRY_MS, undefined, { ref: false })
    }
  }
}

const LANES = 16

/** Reports on several pods at a time, and on each in the order of what is seen of it. */
class Lanes {
  readonly #report: (pod: JsonObject) => Promise<void>
  readonly #onFailure: () => void
  readonly #lanes = Array.from({ length: LANES }, () => Promise.resolve())

  constructor(report: (pod: JsonObject) => Promise<void>, onFailure: () => void) {
    this.#report = report
    this.#onFailure = onFailure
  }

  add(pod: JsonObject): void {
    const lane = Number.parseInt(String(object(pod.metadata).uid).slice(0, 8), 16) % LANES
    const before = this.#lanes[lane] ?? Promise.resolve()
    this.#lanes[lane] = before.then(() => this.#report(pod)).catch(this.#onFailure)
  }
}

async function listPods(
  client: Client,
  signal?: AbortSignal,
): Promise<{ pods: JsonObject[]; resourceVersion: string }> {
  const answer = await client.request('GET', '/api/v1/pods', signal ? { signal } : {})
  accept(answer, 200)
  const { items, metadata } = answer.body
  return { pods: objects(items), resourceVersion: String(object(metadata).resourceVersion) }
}
