import type { Child } from '../../../reconciler/observe/child.ts'
import { childrenOf } from '../../../reconciler/observe/children.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { records } from '../../../reconciler/observe/untyped.ts'
import { type Change, identity, type OwnedManifest, planOf } from '../../../reconciler/plan/plan.ts'
import type { AskRouters } from '../../../reconciler/routers/confirm.ts'
import { isKept } from '../../../reconciler/scaling/removal.ts'
import { type Scaling, scalingOf, stepsOf } from '../../../reconciler/scaling/scaling.ts'
import { desiredObjects } from '../../../reconciler/stages/plan.ts'
import { poolOfObject } from '../../../render/names.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { applied } from '../plan/applied.ts'
import { podWith, routerPods } from '../pod.ts'
import { MCROUTER } from '../reconcile-context.ts'

/** Servers that a spec asks for, by pool; a pool that is not there is not in the spec. */
export type Sizes = Readonly<Record<string, number>> & { readonly main: number }

const ROUTERS = 2
const SETTINGS = { clusterDomain: 'cluster.local' }
export const PATIENCE = { graceMs: 5_000, confirmMs: 120_000, fillMs: 0 }

interface Stored {
  readonly manifest: OwnedManifest
  readonly version: number
  readonly cached: Child
}

/** The changes that somebody decided on, and the versions of the objects that they saw. */
interface Decision {
  readonly changes: readonly Change[]
  readonly versions: ReadonlyMap<string, number>
}

/**
 * A Mcrouter of several pools, the objects that the API server has of it, its servers and two routers. Each reconcile knows no
 * more than these tell; it renders, scales and plans with the code of the product.
 */
export class PoolsWorld {
  #now = 1_000_000
  #generation = 1
  #sizes: Sizes
  readonly #objects = new Map<string, Stored>()
  #versions = 0
  /** Names of the servers that are not Ready. */
  readonly #unready = new Set<string>()
  /** The configuration that each router runs; empty before it has one. */
  readonly #routers: string[] = Array.from({ length: ROUTERS }, () => '')
  #status: JsonObject = {}
  #stalled: Decision | undefined
  /** What was written, in order, such as `create StatefulSet cache-memcached`. */
  readonly writes: string[] = []

  constructor(sizes: Sizes) {
    this.#sizes = sizes
  }

  want(sizes: Sizes): void {
    this.#sizes = sizes
    this.#generation += 1
  }

  passes(ms: number): void {
    this.#now += ms
  }

  /** A server that exists becomes Ready, or stops being it. */
  toggle(server: string): void {
    if (!this.#unready.delete(server)) this.#unready.add(server)
  }

  reload(router: number): void {
    this.#routers[router] = this.#config
  }

  /** One reconcile, by a process that is killed after so many writes. */
  async reconcile(most = Number.POSITIVE_INFINITY): Promise<void> {
    const decision = await this.#decide()
    for (const change of decision.changes.filter(isWrite).slice(0, most)) this.#write(change, decision)
  }

  /** Another one decides, and stalls before it writes. */
  async stall(): Promise<void> {
    this.#stalled = await this.#decide()
  }

  /** It writes one of its changes now; the API server refuses what was planned from another version. */
  resume(index: number): void {
    const writes = this.#stalled?.changes.filter(isWrite) ?? []
    const change = writes[index % Math.max(1, writes.length)]
    if (change !== undefined && this.#stalled !== undefined) this.#write(change, this.#stalled)
  }

  /** @throws when a router has a server in its configuration that no longer, or not yet, exists */
  check(): void {
    for (const config of this.#routers) {
      for (const server of serversIn(config))
        if (!this.#exists(server)) throw new Error(`no server ${server}`)
    }
  }

  /** Everything that waits for something gets it. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.#unready.clear()
      await this.reconcile()
      this.check()
      for (const router of this.#routers.keys()) this.reload(router)
      this.#now += PATIENCE.graceMs + 1_000
    }
  }

  /** By pool, the servers that run and those that each router uses. */
  summary(): unknown {
    return {
      running: Object.fromEntries(this.#statefulSets().map(({ pool, replicas }) => [pool, replicas])),
      routed: this.#routers.map((config) => publishedIn({ data: { 'config.json': config } })?.routed),
      objects: [...this.#objects.keys()].toSorted(),
    }
  }

  /** By pool, how many servers the published configuration has. */
  get published(): Readonly<Record<string, number>> {
    return publishedIn({ data: { 'config.json': this.#config } })?.routed ?? {}
  }

  get running(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#statefulSets().map(({ pool, replicas }) => [pool, replicas]))
  }

  get #mcrouter(): Mcrouter {
    const { main, ...others } = this.#sizes
    const pools = Object.entries(others).map(([name, servers]) => ({ name, servers }))
    return mcrouterWith({ topology: 'sharded', memcached: { servers: main }, pools })
  }

  get #config(): string {
    const config = this.#objects.get('ConfigMap cache-config')
    return String(at(config?.manifest, 'data', 'config.json') ?? '')
  }

  async #decide(): Promise<Decision> {
    const [mcrouter, stored] = [this.#mcrouter, this.#stored()]
    const { children } = childrenOf(
      MCROUTER,
      [...this.#objects.values()].map((one) => one.cached),
    )
    const observed = { mcrouter: stored, children, leftovers: [], pods: this.#pods() }
    const deps = { confirm: this.#confirm, lookup: undefined, settings: SETTINGS, timeouts: PATIENCE }
    const scaling = await scalingOf(mcrouter, stored, observed, deps, this.#now)
    const { desired } = desiredObjects(mcrouter, stored, observed, { ...SETTINGS, steps: stepsOf(scaling) })
    const changes = planOf(desired, children, [], undefined, (child) => isKept(mcrouter, scaling, child))
    this.#record(scaling)
    return { changes, versions: new Map([...this.#objects].map(([name, { version }]) => [name, version])) }
  }

  /** In the status, as a reconcile does at its end. */
  #record({ published, confirmation }: Scaling): void {
    const since = confirmation?.since
    const config = {
      digest: published?.digest ?? '',
      ...(since !== undefined && { since: new Date(since).toISOString() }),
    }
    this.#status = { config }
  }

  readonly #confirm: AskRouters = async (routers, digest) =>
    routers.map(({ pod }, index) => {
      const runs = publishedIn({ data: { 'config.json': this.#routers[index] ?? '' } })?.digest
      return { pod, runs: runs === digest ? 'published' : 'old' }
    })

  #stored() {
    const metadata = { ...MCROUTER.metadata, generation: this.#generation }
    return { ...MCROUTER, metadata, status: this.#status }
  }

  #write(change: Exclude<Change, { action: 'unchanged' | 'wait' }>, { versions }: Decision): void {
    const target = change.action === 'prune' ? change.child : change.manifest
    const name = identity(target)
    if (this.#objects.get(name)?.version !== versions.get(name)) return
    this.writes.push(`${change.action} ${name}`)
    if (change.action === 'prune') this.#objects.delete(name)
    else {
      this.#versions += 1
      const { manifest } = change
      const cached = cachedObject(manifest, this.#versions, this.#now)
      this.#objects.set(name, { manifest, version: this.#versions, cached })
    }
  }

  #statefulSets() {
    return [...this.#objects.values()].flatMap(({ manifest }) => {
      const pool = manifest.kind === 'StatefulSet' ? poolOfObject({ name: 'cache' }, manifest) : undefined
      return pool === undefined ? [] : [{ pool, replicas: Number(at(manifest, 'spec', 'replicas')) }]
    })
  }

  #pods(): Pod[] {
    const servers = this.#statefulSets().flatMap(({ pool, replicas }) =>
      Array.from({ length: replicas }, (_, ordinal) => podWith({ pool, ordinal })),
    )
    const known = servers.map((pod) => ({ ...pod, ready: !this.#unready.has(pod.metadata.name) }))
    return [...known, ...(this.#objects.has('Deployment cache') ? routerPods(ROUTERS) : [])]
  }

  #exists(server: string): boolean {
    return this.#pods().some(({ metadata }) => metadata.name === server)
  }
}

function isWrite(change: Change): change is Exclude<Change, { action: 'unchanged' | 'wait' }> {
  return change.action !== 'unchanged' && change.action !== 'wait'
}

/** As the caches show it. */
function cachedObject(manifest: OwnedManifest, version: number, appliedAt: number): Child {
  const child = applied(manifest)
  const published = manifest.kind === 'ConfigMap' ? publishedIn(manifest) : undefined
  const replicas = Number(at(manifest, 'spec', 'replicas') ?? 0)
  const metadata = { ...child.metadata, resourceVersion: `${version}` }
  return { ...child, metadata, appliedAt, replicas, published }
}

/** Names of the pods of all servers that a configuration has. */
function serversIn(config: string): string[] {
  if (config === '') return []
  const pools = Object.values(Object(at(JSON.parse(config), 'pools')))
  const servers = records(pools).flatMap((pool) => (Array.isArray(pool.servers) ? pool.servers : []))
  return servers.map((server) => String(server).split('.', 1)[0] ?? '')
}
