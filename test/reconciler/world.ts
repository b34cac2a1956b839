import { nextStep, type Patience, type Pool } from '../../reconciler/steps.ts'

export type Happening =
  | { readonly kind: 'spec'; readonly servers: number }
  /** One reconcile, by a reconciler that knows nothing of those before. */
  | { readonly kind: 'reconcile' }
  /** A memcached pod becomes Ready, or stops being it. */
  | { readonly kind: 'pod'; readonly ordinal: number }
  /** A router reads the published configuration. */
  | { readonly kind: 'reload'; readonly router: number }
  /** A router process starts anew, on the published configuration. */
  | { readonly kind: 'router'; readonly router: number }
  | { readonly kind: 'time'; readonly ms: number }

const ROUTERS = 3

/** A pool, its StatefulSet, its ConfigMap and three routers, with nothing but what the API and the routers would tell. */
export class World {
  readonly #patience: Patience
  #now = 0
  #wanted = 2
  #running = 0
  #ready = new Set<number>()
  #published: { routed: number; at: number } | undefined
  /** status.config.since, kept by the API server. */
  #confirmedAt: number | undefined
  /** Servers in the configuration that each router runs; undefined before it has read one. */
  readonly #routers: (number | undefined)[] = Array.from({ length: ROUTERS }, () => undefined)

  constructor(patience: Patience) {
    this.#patience = patience
  }

  happens(event: Happening): void {
    if (event.kind === 'spec') this.#wanted = event.servers
    else if (event.kind === 'time') this.#now += event.ms
    else if (event.kind === 'pod') this.#toggle(event.ordinal)
    else if (event.kind === 'reconcile') this.#reconcile()
    else this.#routers[event.router] = this.#published?.routed
  }

  /** @throws when a router has a server in its configuration that no longer, or not yet, exists */
  check(): void {
    for (const routed of this.#routers) {
      if ((routed ?? 0) > this.#running)
        throw new Error(`${routed} servers are routed to, ${this.#running} exist`)
    }
  }

  /** Everything that waits for something gets it. */
  settle(): void {
    for (let round = 0; round < 10; round++) {
      for (let ordinal = 0; ordinal < this.#running; ordinal++) this.#ready.add(ordinal)
      this.#reconcile()
      this.check()
      this.#routers.fill(this.#published?.routed)
      this.#now += this.#patience.graceMs
    }
  }

  summary(): unknown {
    return { running: this.#running, published: this.#published?.routed, routers: this.#routers }
  }

  wantedSummary(): unknown {
    return { running: this.#wanted, published: this.#wanted, routers: this.#routers.map(() => this.#wanted) }
  }

  #toggle(ordinal: number): void {
    if (ordinal >= this.#running) return
    if (!this.#ready.delete(ordinal)) this.#ready.add(ordinal)
  }

  #reconcile(): void {
    const { step } = nextStep(this.#observe(), this.#patience, this.#now)
    if (step.routed !== this.#published?.routed) this.#published = { routed: step.routed, at: this.#now }
    this.#running = step.servers
    this.#ready = new Set([...this.#ready].filter((ordinal) => ordinal < step.servers))
  }

  #observe(): Pool {
    const confirmed = this.#routers.every((routed) => routed === this.#published?.routed)
    this.#confirmedAt = confirmed ? (this.#confirmedAt ?? this.#now) : undefined
    return {
      wanted: this.#wanted,
      running: this.#running,
      routed: this.#published?.routed,
      ready: this.#ready,
      publishedAt: this.#published?.at ?? 0,
      confirmedAt: this.#confirmedAt,
    }
  }
}
