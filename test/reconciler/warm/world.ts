import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { RoutedPhase } from '../../../reconciler/observe/resize-phase.ts'
import { nextStep } from '../../../reconciler/scaling/steps.ts'
import type { CopierOrder, CopierProgress } from '../../../reconciler/warm/copier.ts'
import { parseRecord, recordText } from '../../../reconciler/warm/resize-record.ts'
import type { WarmStep } from '../../../reconciler/warm/warm-state.ts'
import { warmStep } from '../../../reconciler/warm/warm-step.ts'
import { serversDuring, serversKept } from '../../../routing/resize.ts'
import { Cache, KEYS, type Read } from './cache.ts'

const ROUTERS = 3
const GRACE_MS = 5_000
const PATIENCE = { confirmMs: 120_000, copierMs: 300_000, resizeMs: 1_800_000 }

/** What a pass may write, in the order in which it does. */
export type Write = 'servers' | 'config' | 'copier'
export const WRITES = ['servers', 'config', 'copier'] as const satisfies readonly Write[]

interface Decision {
  readonly step: WarmStep
  readonly servers: number
  /** Of the objects that it was made from. */
  readonly versions: Readonly<Record<Write, number>>
}

/** A pool, its StatefulSet, its ConfigMap, three routers, a copier and what is stored, with nothing but what these would tell. */
export class WarmWorld {
  readonly cache = new Cache()
  /** Whether keys may be missed from now on: somebody emptied a server, or the pool was resized cold. */
  mayMiss = false
  /** Whether routers that were too far apart have taken writes, in today's order. */
  mayBeWrong = false
  cold: string | undefined
  purges = true
  readonly #routers: RoutedPhase[]
  #now = 1_000
  #wanted: number
  #servers: number
  #ready = new Set<number>()
  #config: { readonly phase: RoutedPhase; readonly record: string | undefined; readonly at: number }
  #order: CopierOrder | undefined
  #progress: CopierProgress | undefined
  #silentSince: number | undefined
  readonly #versions: Record<Write, number> = { servers: 0, config: 0, copier: 0 }
  #stalled: Decision | undefined
  /** How often reads have moved. */
  flips = 0
  /** Reasons for which it was given up, in order. */
  readonly gaveUp: string[] = []

  constructor(servers: number) {
    const phase = { phase: 'plain', servers } as const
    this.#wanted = servers
    this.#servers = servers
    this.#config = { phase, record: undefined, at: this.#now }
    this.#routers = Array.from({ length: ROUTERS }, () => phase)
    this.cache.resize(servers)
    this.startServers()
    for (const key of KEYS) this.cache.set(phase, key)
  }

  get phase(): RoutedPhase {
    return this.#config.phase
  }

  get summary() {
    const { phase, record } = this.#config
    return { phase, record, servers: this.#servers, order: this.#order, routers: this.#routers }
  }

  get wanted(): number {
    return this.#wanted
  }

  want(servers: number): void {
    this.#wanted = servers
  }

  passes(ms: number): void {
    this.#now += ms
  }

  startServers(): void {
    this.#ready = new Set(Array.from({ length: this.#servers }, (_, ordinal) => ordinal))
  }

  /** It comes back empty, if it is there. */
  killServer(ordinal: number): void {
    this.#ready.delete(ordinal)
    this.cache.empty(ordinal)
    this.mayMiss = true
  }

  reload(router: number): void {
    this.#routers[router % ROUTERS] = this.#config.phase
  }

  /** @param most writes after which the process is killed */
  reconcile(most: number = WRITES.length): void {
    const decision = this.#decide()
    for (const write of WRITES.filter((one) => this.#isDue(one, decision)).slice(0, most))
      this.#write(write, decision)
  }

  stall(): void {
    this.#stalled = this.#decide()
  }

  /** What was decided then; the API server and the copier refuse what was planned from another version. */
  resume(write: Write): void {
    const stalled = this.#stalled
    if (stalled === undefined || stalled.versions[write] !== this.#versions[write]) return
    if (this.#isDue(write, stalled)) this.#write(write, stalled)
  }

  copierWorks(): void {
    if (this.#order === undefined || this.#silentSince !== undefined) return
    const { id, phase } = this.#order
    this.cache.work(this.#order)
    this.#progress = { id, phase, state: 'done' }
  }

  copierGivesUp(): void {
    if (this.#order === undefined) return
    const { id, phase } = this.#order
    this.#progress = { id, phase, state: 'gaveUp', code: 'DumpRefused' }
  }

  /** It knows nothing any more, or is not heard of until it is back. */
  copierDies(isBack: boolean): void {
    this.#progress = undefined
    this.#silentSince = isBack ? undefined : (this.#silentSince ?? this.#now)
    if (isBack) this.#order = undefined
  }

  write(router: number, key: string, isDelete: boolean): void {
    const phase = this.#routers[router % ROUTERS] ?? this.phase
    if (isDelete) this.cache.delete(phase, key)
    else this.cache.set(phase, key)
    if (this.#routers.some((other) => !areNeighbours(phase, other))) this.mayBeWrong = true
  }

  /** Of every key, through each router. */
  get reads(): Read[] {
    return this.#routers.flatMap((phase) => KEYS.map((key) => this.cache.get(phase, key)))
  }

  /** What may never be, at any moment. */
  check(): void {
    const all = [...this.#routers, this.phase]
    for (const phase of all)
      assert.ok(usedBy(phase) <= this.#servers, `${show(all)} with ${this.#servers} servers`)
    const isCold = this.gaveUp.length > 0 || this.mayMiss
    for (const one of all) {
      for (const other of all) assert.ok(isCold || areNeighbours(one, other), show(all))
    }
    const reads = new Set(this.reads)
    if (!isCold) assert.ok(!reads.has('miss'), `a miss: ${show(all)}`)
    if (!isCold && !this.mayBeWrong) assert.ok(!reads.has('wrong'), `an old value: ${show(all)}`)
  }

  #decide(): Decision {
    const { phase, record, at } = this.#config
    const confirmed = this.#routers.every((one) => isDeepStrictEqual(one, phase))
    const known = parseRecord(record)
    const step = warmStep(
      {
        ...{ wanted: this.#wanted, running: this.#servers, phase, publishedAt: at, confirmed, record: known },
        ready: this.#areReady(phase.phase === 'plain' ? phase.servers : serversKept(phase), this.#wanted),
        cold: this.cold,
        purges: this.purges,
        copier: { progress: this.#progress, silentSince: this.#silentSince },
      },
      PATIENCE,
      this.#now,
    )
    const pool = {
      ...{ wanted: step.size, running: this.#servers, routed: usedBy(phase), ready: this.#ready },
      ...{ serversCurrent: true, routingCurrent: true, publishedAt: at },
      confirmedAt: confirmed ? at : undefined,
    }
    const timeouts = { graceMs: GRACE_MS, confirmMs: PATIENCE.confirmMs, shrinkUnconfirmed: false }
    const { servers } = nextStep(pool, timeouts, this.#now).step
    return { step, servers, versions: { ...this.#versions } }
  }

  #areReady(from: number, to: number): boolean {
    for (let ordinal = from; ordinal < to; ordinal += 1) if (!this.#ready.has(ordinal)) return false
    return true
  }

  #isDue(write: Write, { step, servers }: Decision): boolean {
    if (write === 'servers') return servers !== this.#servers
    if (write === 'copier') return step.copier !== 'keep' && !isDeepStrictEqual(step.copier, this.#order)
    const record = step.record && recordText(step.record)
    return record !== this.#config.record || !isDeepStrictEqual(step.routing, this.phase)
  }

  #write(write: Write, { step, servers }: Decision): void {
    this.#versions[write] += 1
    if (write === 'servers') {
      this.#servers = servers
      this.cache.resize(servers)
      this.#ready = new Set([...this.#ready].filter((ordinal) => ordinal < servers))
    } else if (write === 'config') this.#publish(step)
    else if (step.copier !== 'keep') {
      if (step.copier === undefined) this.copierDies(true)
      else if (this.#silentSince === undefined) {
        this.#order = step.copier
        const { id, phase } = step.copier
        this.#progress = { id, phase, state: 'working' }
      } else this.#versions[write] -= 1
    }
  }

  #publish({ routing, record }: WarmStep): void {
    const isSame = isDeepStrictEqual(routing, this.phase)
    if (record?.gaveUp !== undefined && this.gaveUp.at(-1) !== record.gaveUp) this.gaveUp.push(record.gaveUp)
    if (!isSame && routing.phase === 'flip') this.flips += 1
    const at = isSame ? this.#config.at : this.#now
    this.#config = { phase: routing, record: record && recordText(record), at }
  }
}

function usedBy(phase: RoutedPhase): number {
  return phase.phase === 'plain' ? phase.servers : serversDuring(phase)
}

/** Whether routers in these may run side by side for any time: docs/adr/0053-warm-resize.md. */
function areNeighbours(one: RoutedPhase, other: RoutedPhase): boolean {
  if (isDeepStrictEqual(one, other)) return true
  if (one.phase === 'plain') return other.phase !== 'plain' && areNeighbours(other, one)
  if (other.phase === 'plain') return other.servers === (one.phase === 'mirror' ? one.from : one.to)
  return one.from === other.from && one.to === other.to
}

function show(phases: readonly RoutedPhase[]): string {
  return phases.map((phase) => Object.values(phase).join(' ')).join(', ')
}
