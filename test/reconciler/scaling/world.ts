import { nextStep, type PoolState, type ScaleTimeouts } from '../../../reconciler/scaling/steps.ts'
import type { ScaleStep } from '../../../render/rendering.ts'

export type Write = 'statefulSet' | 'config'

export type Happening =
  | { readonly kind: 'spec'; readonly servers: number }
  /** One reconcile, by a reconciler that knows nothing of those before, and may be killed after its first write. */
  | { readonly kind: 'reconcile'; readonly writes: readonly Write[] }
  /** Another one decides, and stalls before it writes. */
  | { readonly kind: 'stall' }
  /** It writes one of the two now, as it decided then; the API server refuses what was planned from another version. */
  | { readonly kind: 'resume'; readonly write: Write }
  /** A memcached pod becomes Ready, or stops being it. */
  | { readonly kind: 'pod'; readonly ordinal: number }
  /** A router reads the published configuration. */
  | { readonly kind: 'reload'; readonly router: number }
  /** A router process starts anew, on the published configuration. */
  | { readonly kind: 'router'; readonly router: number }
  | { readonly kind: 'time'; readonly ms: number }

const ROUTERS = 3
const SERVERS = 2

/** An object of the API, as far as it matters here. */
interface Stored {
  readonly servers: number
  /** Of the spec that it was planned from. */
  readonly generation: number
  readonly version: number
  /** When it was written. */
  readonly at: number
}

interface Decision {
  readonly generation: number
  readonly step: ScaleStep
  readonly statefulSet: number
  readonly config: number
}

/** A pool of two servers, its StatefulSet, its ConfigMap and three routers, with nothing but what the API and the routers would tell. */
export class World {
  readonly #timeouts: ScaleTimeouts
  #now = 0
  #wanted = SERVERS
  #generation = 1
  #statefulSet: Stored = { servers: SERVERS, generation: 1, version: 1, at: 0 }
  #config: Stored = { servers: SERVERS, generation: 1, version: 1, at: 0 }
  #stalled: Decision | undefined
  #ready = new Set<number>()
  /** status.config.since, kept by the API server. */
  #confirmedAt: number | undefined
  /** Servers in the configuration that each router runs. */
  readonly #routers: number[] = Array.from({ length: ROUTERS }, () => SERVERS)

  constructor(timeouts: ScaleTimeouts) {
    this.#timeouts = timeouts
  }

  happens(event: Happening): void {
    if (event.kind === 'spec') this.#want(event.servers)
    else if (event.kind === 'stall') this.#stalled = this.#decide()
    else if (event.kind === 'resume') this.#resume(event.write)
    else if (event.kind === 'time') this.#now += event.ms
    else if (event.kind === 'pod') this.#toggle(event.ordinal)
    else if (event.kind === 'reconcile') this.#reconcile(event.writes)
    else this.#routers[event.router] = this.#config.servers
  }

  /** @throws when a router has a server in its configuration that no longer, or not yet, exists */
  check(): void {
    for (const routed of this.#routers) {
      if (routed > this.#running) throw new Error(`${routed} servers are routed to, ${this.#running} exist`)
    }
  }

  /** Everything that waits for something gets it. */
  settle(): void {
    for (let round = 0; round < 10; round++) {
      for (let ordinal = 0; ordinal < this.#running; ordinal++) this.#ready.add(ordinal)
      this.#reconcile()
      this.check()
      this.#routers.fill(this.#config.servers)
      this.#now += this.#timeouts.graceMs
    }
  }

  summary(): unknown {
    return { running: this.#running, published: this.#config.servers, routers: this.#routers }
  }

  wantedSummary(): unknown {
    return { running: this.#wanted, published: this.#wanted, routers: this.#routers.map(() => this.#wanted) }
  }

  #toggle(ordinal: number): void {
    if (ordinal >= this.#running) return
    if (!this.#ready.delete(ordinal)) this.#ready.add(ordinal)
  }

  get #running(): number {
    return this.#statefulSet.servers
  }

  #want(servers: number): void {
    if (servers !== this.#wanted) this.#generation += 1
    this.#wanted = servers
  }

  #reconcile(writes: readonly Write[] = ['config', 'statefulSet']): void {
    const decision = this.#decide()
    for (const write of writes) this.#write(write, decision)
  }

  #resume(write: Write): void {
    if (this.#stalled !== undefined) this.#write(write, this.#stalled)
  }

  #decide(): Decision {
    return {
      generation: this.#generation,
      step: nextStep(this.#observe(), this.#timeouts, this.#now).step,
      statefulSet: this.#statefulSet.version,
      config: this.#config.version,
    }
  }

  #write(write: Write, { generation, step, statefulSet, config }: Decision): void {
    if (write === 'config') {
      this.#config = this.#written(this.#config, config, step.routed, generation)
      return
    }
    this.#statefulSet = this.#written(this.#statefulSet, statefulSet, step.servers, generation)
    this.#ready = new Set([...this.#ready].filter((ordinal) => ordinal < this.#running))
  }

  /** What is stored after an apply on condition of a version: none where nothing would change. */
  #written(stored: Stored, planned: number, servers: number, generation: number): Stored {
    const same = stored.servers === servers && stored.generation === generation
    if (same || stored.version !== planned) return stored
    return { servers, generation, version: stored.version + 1, at: this.#now }
  }

  #observe(): PoolState {
    const confirmed = this.#routers.every((routed) => routed === this.#config.servers)
    this.#confirmedAt = confirmed ? (this.#confirmedAt ?? this.#now) : undefined
    return {
      wanted: this.#wanted,
      running: this.#running,
      routed: this.#config.servers,
      ready: this.#ready,
      serversCurrent: this.#statefulSet.generation === this.#generation,
      routingCurrent: this.#config.generation === this.#generation,
      publishedAt: this.#config.at,
      confirmedAt: this.#confirmedAt,
    }
  }
}
