import type { Rewind } from '../../../reconciler/kube/cache/version.ts'
import { type ElectionEnd, Elector } from '../../../reconciler/kube/election/elector.ts'
import { kubeApi } from '../../../reconciler/kube/objects.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { TestClock } from '../clock.ts'
import { ApiModel } from './index.ts'
import { ModelSession } from './session.ts'

export const LEASE = { namespace: 'operator', name: 'mcrouter-operator' }
const PATH = '/apis/coordination.k8s.io/v1/namespaces/operator/leases/mcrouter-operator'

/** One process that wants to lead. */
export class Candidate {
  readonly session: ModelSession
  readonly troubles: Error[] = []
  readonly rewinds: Rewind[] = []
  readonly elector: Elector
  readonly ended: Promise<ElectionEnd>
  /** The signal given to its work, while it leads. */
  lost: AbortSignal | undefined
  end: ElectionEnd | undefined
  readonly #stop = new AbortController()
  #finish: (() => void) | undefined

  constructor(identity: string, model: ApiModel, clock: TestClock, random: () => number) {
    this.session = new ModelSession(model, clock)
    this.elector = new Elector({
      api: kubeApi(this.session),
      lease: LEASE,
      identity,
      clock,
      random,
      onTrouble: (error) => this.troubles.push(error),
      onRewind: (rewind) => this.rewinds.push(rewind),
    })
    this.ended = this.elector.run((lost) => this.#work(lost), this.#stop.signal)
    this.ended.then((end) => {
      this.end = end
    })
  }

  /** Whether it may write. */
  get leads(): boolean {
    return this.lost !== undefined && !this.lost.aborted
  }

  /** SIGTERM: it ends its work, however long that takes, by {@link finish}. */
  stop(): void {
    this.#stop.abort()
  }

  finish(): void {
    this.#finish?.()
  }

  #work(lost: AbortSignal): Promise<void> {
    this.lost = lost
    const over = new Promise<void>((resolve) => {
      this.#finish = resolve
      lost.addEventListener('abort', () => resolve(), { once: true })
    })
    return over.then(() => {
      this.lost = undefined
    })
  }
}

/** Candidates for one lease on one model API server. */
export class Election {
  readonly clock = new TestClock()
  readonly model = new ApiModel()
  readonly candidates: Candidate[] = []

  /** With a clock of its own it can be frozen while the others go on. */
  candidate(identity: string, random: () => number = () => 0.5, clock = this.clock): Candidate {
    const candidate = new Candidate(identity, this.model, clock, random)
    this.candidates.push(candidate)
    return candidate
  }

  get leaders(): number {
    return this.candidates.filter((one) => one.leads).length
  }

  /** spec of the Lease as the server has it. */
  get spec(): JsonObject {
    const spec = this.model.at(PATH)?.spec
    return isJsonObject(spec) ? spec : {}
  }

  /** Somebody else writes to the Lease. */
  meddle(change: JsonObject): void {
    this.model.put(PATH, { ...this.model.at(PATH), ...change })
  }

  /** Ends all of them, so that no timer stays. */
  async stop(): Promise<void> {
    for (const candidate of this.candidates) {
      candidate.stop()
      candidate.finish()
      candidate.session.fault = () => undefined
    }
    await this.clock.advance(30_000)
  }
}
