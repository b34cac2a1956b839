import type { Client } from '../../testing/control-plane/client.ts'
import { eventually } from '../../testing/deadline.ts'
import type { Random } from '../../testing/random.ts'
import { Answers } from './answers.ts'
import { checkpoint, type Findings } from './checkpoint.ts'
import { Churn } from './churn.ts'
import { Mirror } from './mirror.ts'
import { type Key, nextOperation, type Operation } from './operation.ts'
import type { Outages } from './outages.ts'
import { statusFaults } from './status.ts'
import { Tracker } from './tracker.ts'

const NAMESPACES = ['soak-a', 'soak-b', 'soak-c']
/** The garbage collector of the API learns of a new kind of owner every 30 s, and may be late on a busy machine. */
const COLLECTED_MS = 180_000
/** A thousand pods on a busy machine take their time to come to rest; only a failure waits so long. */
const SETTLE_MS = { base: 120_000, each: 1_600 }
const AT_A_TIME = 8

/** The Mcrouters of a soak, what is done to them and what became of it. */
export class Fleet {
  readonly answers = new Answers()
  readonly tracker = new Tracker()
  readonly #client: Client
  readonly #mirror: Mirror
  readonly #churn: Churn
  readonly #outages: Outages
  readonly #now: () => number
  readonly #keys: readonly Key[]
  readonly #underWay = new Set<Promise<void>>()

  constructor(client: Client, size: number, outages: Outages, now: () => number) {
    const { tracker } = this
    const mirror = new Mirror(client, {
      mcrouterChanged: (id) => tracker.mcrouterIs(id, mirror.mcrouters.get(id), mirror.childrenOf(id), now()),
      childChanged: (id, isGone) => {
        if (isGone) tracker.childGone(id, mirror.mcrouters.get(id), now())
        tracker.childrenAre(id, mirror.childrenOf(id), now())
      },
    })
    this.#client = client
    this.#mirror = mirror
    this.#churn = new Churn(client, (id) => mirror.childrenOf(id))
    this.#outages = outages
    this.#now = now
    this.#keys = Array.from({ length: size }, (_, index) => ({
      namespace: NAMESPACES[index % NAMESPACES.length] ?? 'default',
      name: `cache-${index}`,
    }))
  }

  /** Until the signal fires. */
  follow(signal: AbortSignal): Promise<void> {
    return this.#mirror.follow(signal)
  }

  /** Creates all that there can be. */
  async fill(): Promise<void> {
    for (const name of NAMESPACES) {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      await this.#client.request('POST', '/api/v1/namespaces', { body })
    }
    await this.#all((key) => ({ kind: 'create', key, spec: {} }))
  }

  /** Deletes all that there are; every object has to go with them. */
  async empty(): Promise<Findings> {
    await this.#all((key) => ({ kind: 'delete', key }))
    const gone = async () => (await checkpoint(this.#client)).lost.length === 0
    await eventually('what they owned is gone', gone, { withinMs: COLLECTED_MS, everyMs: 1_000 }).catch(
      () => undefined,
    )
    return await this.compare()
  }

  /** Begins with an operation; resolves before it has ended. */
  begin(random: Random): void {
    const here = ({ namespace, name }: Key) => this.#mirror.mcrouters.has(`${namespace}/${name}`)
    const { true: present = [], false: absent = [] } = Object.groupBy(this.#keys, (key) => `${here(key)}`)
    const one = this.#carryOut(nextOperation(random, present, absent))
    this.#underWay.add(one)
    void one.then(() => this.#underWay.delete(one))
  }

  /** Waits until nothing is under way any more, and compares everything; what did not come to rest is a finding, too. */
  async compare(): Promise<Findings> {
    await Promise.all(this.#underWay)
    const rest = () => this.#restless().length === 0
    const withinMs = SETTLE_MS.base + SETTLE_MS.each * this.#keys.length
    await eventually('all is at rest', rest, { withinMs, everyMs: 200 }).catch(() => undefined)
    const restless = this.#restless()
    const findings = await checkpoint(this.#client)
    const wrong = restless.map((what) => `not at rest after ${withinMs / 1000} s: ${what}`)
    return { ...findings, wrong: [...findings.wrong, ...wrong] }
  }

  #restless(): readonly string[] {
    return [...this.tracker.pending, ...[...this.#mirror.mcrouters.values()].flatMap(statusFaults)]
  }

  async #all(operationFor: (key: Key) => Operation): Promise<void> {
    const keys = this.#keys.values()
    const worker = async () => {
      for (const key of keys) await this.#carryOut(operationFor(key))
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  }

  async #carryOut(operation: Operation): Promise<void> {
    const from = this.#now()
    const { ending, said } = await this.#churn.carryOut(operation)
    this.answers.add(operation.kind, ending, this.#outages.overlap(from, this.#now()), said)
  }
}
