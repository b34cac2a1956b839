import type { Clock } from '../../../process/clock.ts'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { childrenOf } from '../../../reconciler/observe/children.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { type Change, identity } from '../../../reconciler/plan/plan.ts'
import type { ReconcileContext } from '../../../reconciler/reconcile-context.ts'
import { consentProblems } from '../../../reconciler/report/consent.ts'
import { statusOf } from '../../../reconciler/report/status.ts'
import type { Lookup } from '../../../reconciler/scaling/lookup.ts'
import { confirm } from '../../../reconciler/stages/confirm.ts'
import { issue } from '../../../reconciler/stages/issue.ts'
import { type Planned, plan } from '../../../reconciler/stages/plan.ts'
import { scale } from '../../../reconciler/stages/scale.ts'
import { poolName } from '../../../routing/servers.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { STORED } from '../../../schemas/versions.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { CONFIG_MAP, cachedObject, deploymentsIn, isWrite, type Stored, spoilt } from './pools-objects.ts'
import { checkRolls, podsIn, rolling, settled } from './pools-pods.ts'
import { podOfServer, WorldRouters } from './pools-routers.ts'
import { type Copies, mcrouterOf, OTHERS, type Others, type Sizes } from './pools-spec.ts'
import { storedAs } from './pools-stored.ts'
import { WorldView } from './pools-view.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }
export const PATIENCE = { graceMs: 5_000, confirmMs: 120_000, fillMs: 0 }

/** What somebody decided on, and the versions of the objects that they saw. */
interface Decision {
  readonly context: ReconcileContext
  readonly planned: Planned
  readonly versions: ReadonlyMap<string, number>
}

/**
 * A Mcrouter of several pools, the objects that the API server has of it, its servers, two routers and DNS. Each reconcile knows
 * no more than these tell; it goes through the stages of the product, in which only the writing is not the product's own.
 */
export class PoolsWorld extends WorldView {
  #now = 1_000_000
  #generation = 1
  #mcrouter: Mcrouter
  #copies: Copies
  /** The annotation; undefined for whatever is asked. */
  #consent: string | undefined
  protected readonly objects = new Map<string, Stored>()
  #versions = 0
  /** Names of the servers that are not Ready. */
  readonly #unready = new Set<string>()
  /** Those that DNS does not have. */
  readonly #unnamed = new Set<string>()
  readonly #routers = new WorldRouters()
  protected status: JsonObject = {}
  #stalled: Decision | undefined
  /** What was written, in order, such as `create StatefulSet cache-memcached`. */
  readonly writes: string[] = []

  constructor(sizes: Sizes, copies: Copies = {}) {
    super()
    this.#mcrouter = mcrouterOf(sizes, copies)
    this.#copies = copies
  }

  want(sizes: Sizes, copies = this.#copies, others: Others = {}): void {
    this.#copies = copies
    this.wantSpec(mcrouterOf(sizes, copies, others))
  }

  wantSpec(mcrouter: Mcrouter): void {
    this.#mcrouter = mcrouter
    this.#generation += 1
  }

  /** Somebody deletes the ConfigMap, which routers go on reading from what kubelet has of it. */
  loseConfig(): void {
    this.objects.delete(CONFIG_MAP)
  }

  /** Somebody deletes the StatefulSet of a pool, and its pods with it. */
  loseServers(pool: string): void {
    this.objects.delete(`StatefulSet ${poolName({ name: 'cache' }, pool)}`)
  }

  /** Somebody writes into it, so that what it holds is theirs. */
  spoilConfig(): void {
    const config = this.objects.get(CONFIG_MAP)
    if (config !== undefined) this.objects.set(CONFIG_MAP, spoilt(config))
  }

  /** @param change the only one to which somebody consents from then on */
  consents(change: string): void {
    this.#consent = change
  }

  passes(ms: number): void {
    this.#now += ms
  }

  /** A server that exists becomes Ready, or stops being it. */
  toggle(server: string): void {
    if (!this.#unready.delete(server)) this.#unready.add(server)
  }

  toggleName(server: string): void {
    if (!this.#unnamed.delete(server)) this.#unnamed.add(server)
  }

  toggleSeen(router: number): void {
    this.#routers.toggleSeen(router)
  }

  /** A router whose Deployment is gone ends. */
  leave(): void {
    this.#routers.leave()
  }

  reloadAll(): void {
    if (this.config !== '') this.#routers.reloadAll(this.config)
  }

  /** The pods of every StatefulSet are those of its template. */
  rolled(): void {
    for (const [name, stored] of this.objects) this.objects.set(name, settled(stored))
  }

  reload(router: number): void {
    if (this.config !== '') this.#routers.reload(router, this.config)
  }

  /** One reconcile, by a process that is killed after so many writes: then it reports nothing. */
  async reconcile(most = Number.POSITIVE_INFINITY): Promise<void> {
    const decision = await this.#decide()
    const writes = decision.planned.changes.filter(isWrite)
    for (const change of writes.slice(0, most)) this.#write(change, decision)
    if (most > writes.length) await this.#report(decision)
  }

  async stall(): Promise<void> {
    this.#stalled = await this.#decide()
  }

  /** It writes one of its changes now; the API server refuses what was planned from another version. */
  resume(index: number): void {
    const writes = this.#stalled?.planned.changes.filter(isWrite) ?? []
    const change = writes[index % Math.max(1, writes.length)]
    if (change !== undefined && this.#stalled !== undefined) this.#write(change, this.#stalled)
  }

  /** @throws when a router has a server in its configuration that no longer, or not yet, exists */
  check(): void {
    const existing = new Set(this.#servers().map(({ metadata }) => metadata.name))
    for (const server of this.#routers.servers)
      if (!server.startsWith(OTHERS) && !existing.has(server)) throw new Error(`no server ${server}`)
  }

  /** Everything that waits for something gets it. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.#unready.clear()
      this.#unnamed.clear()
      this.#routers.showAll()
      await this.reconcile()
      this.check()
      this.#routers.leaveAll()
      this.reloadAll()
      this.rolled()
      this.#now += PATIENCE.graceMs + 1_000
    }
  }

  /** By pool, the servers that run and those that each router uses. */
  summary(): unknown {
    return {
      running: this.running,
      routed: this.#routers.routed,
      objects: [...this.objects.keys()].toSorted(),
    }
  }

  async #decide(): Promise<Decision> {
    const cached = [...this.objects.values()].map((one) => one.cached)
    const { children } = childrenOf(MCROUTER, cached)
    const context = this.#context()
    const pods = [...this.#servers(), ...this.#routers.seen]
    const scaled = await scale(context, this.#mcrouter, { children, leftovers: [], pods })
    const versions = new Map([...this.objects].map(([name, { version }]) => [name, version]))
    return { context, planned: plan(context, scaled), versions }
  }

  #context(): ReconcileContext {
    const clock: Clock = { now: () => this.#now, monotonic: () => this.#now, after: () => () => undefined }
    const { confirm } = this.#routers
    const api: Partial<KubeApi> = {
      list: async ({ kind }) => {
        if (kind === 'Mcrouter') return [this.#stored()]
        return kind === 'Pod' ? this.#routers.live : this.#routers.replicaSets
      },
      // The hint to kubelet to look at a router: here each reloads when a test says so.
      merge: async () => MCROUTER,
    }
    const rest = { clock, confirm, lookup: this.#lookup, settings: SETTINGS, timeouts: PATIENCE }
    return passWith(api, [], this.#stored(), rest)
  }

  readonly #lookup: Lookup = async (host) => {
    const server = this.#servers().find(({ metadata }) => metadata.name === podOfServer(host))
    return server === undefined || this.#unnamed.has(server.metadata.name) ? [] : [server.ip]
  }

  async #report({ context, planned }: Decision): Promise<void> {
    const children = [...this.objects.values()].map(({ cached }) => cached)
    const issued = await issue(context, planned)
    const outcome = { children, faults: [], outstanding: [], requeueAfterMs: 0, error: undefined }
    const { scale, pods, mcrouter } = await confirm(context, { ...issued, applied: outcome })
    const found = { name: 'cache', generation: this.#generation, children, pods, outstanding: [] }
    const admission = { kind: 'accepted' as const, mcrouter }
    const report = { ...found, faults: consentProblems(planned.held), version: STORED, admission, scale }
    this.status = statusOf(report, this.status, this.#now)
  }

  #stored(): KubeObject {
    const children = [...this.objects.values()].map(({ cached }) => cached)
    const observed = { children, pods: this.#servers() }
    return storedAs(this.#mcrouter, this.#generation, this.status, observed, this.#consent)
  }

  #write(change: Exclude<Change, { action: 'unchanged' | 'wait' }>, { versions }: Decision): void {
    const target = change.action === 'prune' ? change.child : change.manifest
    const name = identity(target)
    if (this.objects.get(name)?.version !== versions.get(name)) return
    this.writes.push(`${change.action} ${name}`)
    if (change.action === 'prune') this.objects.delete(name)
    else {
      this.#versions += 1
      const { manifest } = change
      const cached = cachedObject(manifest, this.#versions, this.#now)
      const before = this.objects.get(name)
      const stored = { manifest, version: this.#versions, cached }
      this.objects.set(name, before === undefined ? stored : rolling(before, stored))
      checkRolls(name, this.objects, this.#servers())
    }
    this.#routers.follow(deploymentsIn(this.objects.values()))
  }

  #servers(): Pod[] {
    return podsIn(this.objects.values(), this.#unready)
  }
}
