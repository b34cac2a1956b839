import type { Logger } from 'pino'
import { type Clock, sleep } from '../process/clock.ts'
import { render } from '../render/index.ts'
import { KINDS } from '../render/kinds.ts'
import { MANAGED_BY, MANAGED_BY_LABEL } from '../schemas/well-known.ts'
import { ConversionOutage } from './conversion-outage.ts'
import { childInformerOf, type InformerDeps, informerOf, servedIn } from './informers.ts'
import type { KubeApi, KubeObject, ObjectKey } from './kube/api.ts'
import type { Informer } from './kube/cache/informer.ts'
import type { ObjectChange } from './kube/cache/object-change.ts'
import type { OptionalInformer } from './kube/cache/optional-informer.ts'
import { outlineOf } from './kube/cache/outline.ts'
import type { Rewind } from './kube/cache/version.ts'
import { Deadline } from './kube/connection/deadline.ts'
import type { Session } from './kube/connection/session.ts'
import type { Recorder } from './kube/events/events.ts'
import { keyOf, keyText, parseKey } from './kube/object.ts'
import { mcrouters, pods, replicaSets } from './kube/resources.ts'
import { type ObjectState, ObjectStates } from './object-state.ts'
import { type Caches, cachedMeta } from './observe/caches.ts'
import { transformChild } from './observe/child.ts'
import { controllingMcrouter } from './observe/controller-ref.ts'
import { groupOf, mcrouterOf, podGroupOf } from './observe/group.ts'
import { transformMcrouter } from './observe/mcrouter.ts'
import { transformPod } from './observe/pod.ts'
import { transformReplicaSet } from './observe/replica-set.ts'
import type { Outcome } from './outcome.ts'
import { type QueueObserver, WorkQueue } from './queue/queue.ts'
import type { ReconcileDeps } from './reconcile.ts'
import { looksOf, reconcileInTime, type TimedDeps } from './reconcile-in-time.ts'
import type { ReconcilerEvent } from './reconciler-event.ts'
import { type Ask, Vitals } from './vitals/vitals.ts'

export interface ControllerOptions
  extends Pick<
      ReconcileDeps,
      'confirm' | 'inherit' | 'lookup' | 'operator' | 'timeouts' | 'settings' | 'versions' | 'webhookClosed'
    >,
    /** Those of the product by default. */
    Partial<Pick<ReconcileDeps, 'issueCertificates' | 'kinds' | 'render'>> {
  readonly session: Session
  readonly api: KubeApi
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  readonly recorder: Recorder
  readonly log: Logger
  readonly observer: QueueObserver
  /** Undefined for the whole cluster. */
  readonly namespaces: readonly string[] | undefined
  /** Mcrouters worked on at the same time. */
  readonly concurrency: number
  /** Undefined when pods are not to be asked how they are. */
  readonly ask: Ask | undefined
}

/** Resync period. A resync makes no request unless something differs. */
const RESYNC_MS = 600_000
/** Children change in bursts when pods start: changes within this time share one reconcile. */
const GATHER_MS = 50
/** What is not listed yet must not be taken for missing. */
const UNKNOWN: Outcome = { kind: 'requeue', afterMs: 1_000, untried: true }
/** At shutdown, a reconcile under way may take this long to finish. */
const FINISH_MS = 30_000

/** Caches of everything that matters, a queue of the Mcrouters that changed, and a reconcile for each. */
export class Controller {
  /** Of each resource. */
  readonly informers: ReadonlyMap<string, Informer | OptionalInformer>
  readonly queue: WorkQueue
  readonly #options: ControllerOptions
  readonly #mcrouters: Informer
  readonly #caches: Caches
  readonly #objectStates = new ObjectStates()
  readonly reported = () => this.#objectStates.reported()
  readonly #vitals: Vitals | undefined
  #lost = new AbortController().signal
  #cutShort: AbortSignal | undefined
  /** The last failure of a list or a watch. */
  #trouble: string | undefined

  constructor(options: ControllerOptions) {
    this.#options = options
    const ours = { labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}` }
    const informers: InformerDeps = {
      ...options,
      onTrouble: (error) => {
        this.#trouble = error.message
      },
      onRewind: (rewind) => this.rewind(rewind),
      onServed: () => this.#resync(),
    }
    const onChange = (change: ObjectChange) => this.#partChanged(change)
    this.#mcrouters = informerOf(informers, mcrouters, {
      transform: (object) => transformMcrouter(object, options.inherit),
      onChange: ({ key, after }) => this.#add(keyText(key), after, 0),
    })
    const part = { ...ours, onChange }
    const ofPods = { ...part, grouping: podGroupOf, transform: transformPod }
    const ofReplicaSets = { ...part, grouping: groupOf, transform: transformReplicaSet }
    const podCache = informerOf(informers, pods, ofPods)
    const replicaSetCache = informerOf(informers, replicaSets, ofReplicaSets)
    const child = {
      ...part,
      grouping: controllingMcrouter,
      transform: (object: KubeObject) => this.#keptOf(object),
    }
    const { kinds = KINDS } = options
    const children = new Map(
      [...kinds.values()].map((kind) => [kind.kind, childInformerOf(informers, kind, child)]),
    )
    this.informers = new Map([
      [mcrouters.plural, this.#mcrouters],
      [pods.plural, podCache],
      [replicaSets.plural, replicaSetCache],
      ...[...children].map(([kind, informer]) => [kinds.get(kind)?.plural ?? kind, informer] as const),
    ])
    this.#vitals = Vitals.from(options, (key, ms) => this.queue.addAfter(key, ms))
    this.#caches = { mcrouters: this.#mcrouters, pods: podCache, replicaSets: replicaSetCache, children }
    const deps: TimedDeps = {
      ...options,
      conversion: new ConversionOutage(),
      kinds,
      render: options.render ?? render,
      looks: looksOf(options.clock),
      vitals: this.#vitals,
      caches: this.#caches,
      objectStates: this.#objectStates,
      recordEvent: (about, event) => this.#recordEvent(about, event),
      onTrouble: (about, error) =>
        options.log.warn(
          { mcrouter: keyText(keyOf(about)), error: error.message },
          'optional request failed; continuing',
        ),
    }
    this.queue = new WorkQueue({
      work: async (key, hurry) => await this.#pass(key, deps, hurry),
      clock: options.clock,
      concurrency: options.concurrency,
      flowOf: (key) => parseKey(key).namespace ?? '',
      observer: options.observer,
    })
  }

  /** Resolves when all that existed at the start is known, but for what is in namespaces that are forbidden. */
  async synced(): Promise<void> {
    await Promise.all([...this.informers.values()].map((informer) => informer.synced))
  }

  /** What is to be said until then. */
  get unsynced(): string {
    return `waiting for the first lists${this.#trouble === undefined ? '' : `: ${this.#trouble}`}`
  }

  /** Keeps the local copies true until the signal fires. */
  async watch(signal: AbortSignal): Promise<void> {
    const parts = [...this.informers.values()].filter((informer) => informer !== this.#mcrouters)
    const watched = this.#mcrouters.run(signal)
    // Mcrouters first: of an object whose Mcrouter is not known yet, only an outline would be kept.
    await Promise.race([this.#mcrouters.judged, watched])
    await Promise.all([watched, ...parts.map((informer) => informer.run(signal))])
  }

  /** Milliseconds since the last sign of life from the API server, on the watch that has been silent for longest. */
  get silentMs(): number {
    return Math.max(...[...this.informers.values()].map(({ silentMs }) => silentMs))
  }

  /**
   * After a restore of etcd from a backup: resourceVersions and generations may now stand for other states, so nothing that
   * is known counts. No reconcile runs before everything is read anew, and then one for each Mcrouter.
   */
  rewind(rewind: Rewind): void {
    const what = 'the API server shows an older state than before, as after a restore of etcd'
    this.#options.log.warn(rewind, `${what}: everything is read anew`)
    this.#objectStates.forgetAll()
    for (const informer of this.informers.values()) informer.doubt()
  }

  /** Works until `stop` fires, and then finishes what is under way; when `lost` fires nothing is written any more. */
  async lead(stop: AbortSignal, lost: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    const over = AbortSignal.any([stop, lost])
    this.#lost = lost
    this.queue.start()
    while (!over.aborted) {
      // The first one queues every Mcrouter: a standby queues nothing before it leads.
      this.#resync()
      await sleep(clock, RESYNC_MS, over)
    }
    const finish = new Deadline(clock, FINISH_MS, lost)
    const unfinished = await this.queue.drain(finish.signal)
    finish.clear()
    this.#vitals?.stop()
    if (unfinished.length > 0) log.warn({ unfinished }, 'passes were cut short')
  }

  async #pass(key: string, deps: TimedDeps, hurry: AbortSignal): Promise<Outcome> {
    if (!this.#knows(parseKey(key))) return UNKNOWN
    const kinds = servedIn(parseKey(key).namespace ?? '', deps.kinds, this.informers)
    return await reconcileInTime(key, { ...deps, kinds }, this.#signal(hurry))
  }

  /** Whether all that existed in the Mcrouter's namespace at the start is known. */
  #knows({ namespace = '' }: ObjectKey): boolean {
    return [...this.informers.values()].every((informer) => informer.knows(namespace))
  }

  /** Cached: both inputs are the same for every reconcile of this leader. */
  #signal(hurry: AbortSignal): AbortSignal {
    this.#cutShort ??= AbortSignal.any([hurry, this.#lost])
    return this.#cutShort
  }

  /** What is kept of an object with our labels: nothing where no Mcrouter is its controller. */
  #keptOf(object: KubeObject): KubeObject | undefined {
    const mcrouter = controllingMcrouter(object)
    if (mcrouter === undefined) return undefined
    const isKnown = this.#mcrouters.resourceVersion(parseKey(mcrouter)) !== undefined
    return isKnown ? transformChild(object) : outlineOf(object)
  }

  #partChanged({ groups, after }: ObjectChange): void {
    for (const group of groups) this.#add(mcrouterOf(group), after, GATHER_MS)
  }

  /** The echo of our own write causes no reconcile, unless one waits for the caches to show its writes: then the last echo does. */
  #add(key: string, after: KubeObject | undefined, delayMs: number): void {
    const state = this.#objectStates.known(key)
    const isEcho = after !== undefined && state?.writes.has(after.metadata)
    if (!isEcho) this.queue.addAfter(key, delayMs)
    else if (state?.waits && !this.#isBehind(state)) this.queue.add(key)
  }

  #isBehind({ writes }: ObjectState): boolean {
    const { clock } = this.#options
    return writes.outstanding((...object) => cachedMeta(this.#caches, ...object), clock.monotonic()) > 0
  }

  #resync(): void {
    for (const key of this.#mcrouters.keys()) this.queue.add(keyText(key))
  }

  #recordEvent(about: KubeObject, { type, reason, note }: ReconcilerEvent): void {
    const { log, recorder } = this.#options
    log[type === 'Normal' ? 'info' : 'warn']({ mcrouter: keyText(keyOf(about)), reason }, note)
    recorder.record(about, { type, reason, action: 'Reconcile', note })
  }
}
