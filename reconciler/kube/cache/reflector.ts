import { type Clock, type MonotonicMs, sleep } from '../../../process/clock.ts'
import type { KubeObject, ObjectKey } from '../api.ts'
import { ApiError } from '../connection/errors.ts'
import type { Session } from '../connection/session.ts'
import { keyOf, keyText } from '../object.ts'
import { History } from './history.ts'
import type { ObjectChange } from './object-change.ts'
import { readPages, type Selection } from './pages.ts'
import { type IndexFunc, Store, trimmed } from './store.ts'
import type { Rewind } from './version.ts'
import { type WatchEvent, watchEvents } from './watch.ts'
import { WatchBackoff } from './watch-backoff.ts'

export interface ReflectorOptions {
  readonly session: Session
  readonly selection: Selection
  /** Told of each change after the store has it. Meant to add a key to a queue; what it throws goes to `onTrouble`. */
  readonly onChange: (change: ObjectChange) => void
  /** Told of each failure; the reflector goes on by itself. */
  readonly onTrouble: (error: Error) => void
  /** Told when a list shows an older state than was seen before, just before the store takes that state. */
  readonly onRewind?: (rewind: Rewind) => void
  /** What of an object the store keeps, undefined for none of it. By default all but managedFields and the copy that kubectl keeps. */
  readonly transform?: (object: KubeObject) => KubeObject | undefined
  readonly grouping?: IndexFunc
  readonly clock: Clock
  /** 0 ≤ n < 1 */
  readonly random: () => number
}

const WATCH_SECONDS = 300
// The API server sends a bookmark each minute and keeps events for 75 s at least: a watch that is taken up again within
// that time needs no list (kopf docs/configuration.rst, inactivity_timeout).
const INACTIVITY_MS = 70_000
// After so many failures at one resourceVersion it is the version that is wrong, or the event after it.
const STUCK = 3
// A watch from a resourceVersion that is yet to come is granted and stays silent, and so is one that a proxy cuts each minute,
// before its bookmark: after so long without an event only a list can tell.
const QUIET_MS = 10 * 60_000

/**
 * A local copy of the objects of one selection, kept true by one list and then a watch. It never gives up: whatever
 * goes wrong, it backs off and goes on from the last event, or lists again when that is too old. After a list, whatever
 * happened unseen is told as changes like any others.
 */
export class Reflector {
  readonly store: Store
  /** Resolves when the first list is in the store. */
  readonly synced: Promise<void>
  /** Resolves when it is synced, or when the API server forbids the list: waiting longer would not help then. */
  readonly judged: Promise<void>
  readonly #options: ReflectorOptions
  readonly #clock: Clock
  readonly #pace: WatchBackoff
  readonly #history: History
  readonly #markSynced: () => void
  readonly #markJudged: () => void
  #isSynced = false
  /** The watch goes on after this one; undefined when a list has to come first. */
  #resourceVersion: string | undefined
  #heardAt: MonotonicMs
  /** When the watch of this turn was opened; undefined while it is not. */
  #openedAt: MonotonicMs | undefined
  #stuck = 0
  /** When the last list, event or bookmark came. */
  #newsAt: MonotonicMs
  /** Ends the turn under way. */
  #interrupt = new AbortController()
  #watches = 0
  #repairs = 0

  constructor(options: ReflectorOptions) {
    const [synced, judged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    this.synced = synced.promise
    this.#markSynced = synced.resolve
    this.judged = judged.promise
    this.#markJudged = judged.resolve
    this.store = new Store(options.selection.resource, options.grouping)
    this.#options = options
    this.#clock = options.clock
    this.#pace = new WatchBackoff(options.random)
    this.#history = new History(options.selection.resource.plural)
    this.#heardAt = options.clock.monotonic()
    this.#newsAt = this.#heardAt
  }

  /** Whether the store holds a list, and no restore of etcd is suspected. */
  get isSynced(): boolean {
    return this.#isSynced && !this.#history.doubtful
  }

  /** Milliseconds since the server was last heard of: a page of a list, an event, a bookmark or a refusal. */
  get silentMs(): number {
    return this.#clock.monotonic() - this.#heardAt
  }

  /** Watches begun after the first. */
  get reconnects(): number {
    return Math.max(0, this.#watches - 1)
  }

  /** Changes that the watch missed and a later list showed. */
  get relistRepairs(): number {
    return this.#repairs
  }

  /** Lists anew at once and replaces all, because another reflector saw the API server go back in time. */
  doubt(): void {
    if (this.#history.doubtful || !this.#isSynced) return
    this.#history.forget()
    this.#resourceVersion = undefined
    this.#interrupt.abort()
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#openedAt = undefined
      this.#interrupt = new AbortController()
      const turn = AbortSignal.any([signal, this.#interrupt.signal])
      const failure = await this.#turn(turn)
      if (turn.aborted) continue
      if (failure) this.#options.onTrouble(failure)
      const openMs = this.#clock.monotonic() - (this.#openedAt ?? this.#clock.monotonic())
      await sleep(this.#clock, this.#pace.after(failure, openMs), turn)
    }
  }

  /** Lists if need be and watches until that ends: as planned (undefined) or not. */
  async #turn(signal: AbortSignal): Promise<Error | undefined> {
    try {
      this.#resourceVersion ??= await this.#list(signal)
      await this.#watch(this.#resourceVersion, signal)
      this.#distrustQuiet(QUIET_MS)
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error))
      if (error.status > 0) this.#heardAt = this.#clock.monotonic()
      if (error.forbidden) this.#markJudged()
      if (!error.transient || error.reason === 'Malformed') this.#stuck += 1
      if (error.gone || this.#stuck >= STUCK) this.#resourceVersion = undefined
      this.#distrustQuiet(error.reason === 'Timeout' ? INACTIVITY_MS : QUIET_MS)
      return error
    }
  }

  /** After a watch that brought nothing for so long a list has to show whether anything can come from there. */
  #distrustQuiet(ms: number): void {
    const now = this.#clock.monotonic()
    if (this.#openedAt === undefined || this.#newsAt > this.#openedAt || now - this.#newsAt < ms) return
    this.#resourceVersion = undefined
    this.#history.doubt()
  }

  /** Makes the store what the list says, and answers where the watch begins. */
  async #list(signal: AbortSignal): Promise<string> {
    const { session, selection } = this.#options
    const seen = new Set<string>()
    let pages = 0
    const resourceVersion = await readPages(
      session,
      selection,
      {
        page: (version) => {
          this.#heardAt = this.#clock.monotonic()
          const rewind = pages === 0 ? this.#history.compare(version) : undefined
          if (rewind) this.#options.onRewind?.(rewind)
          pages += 1
        },
        take: (object) => {
          if (this.#put(object)) seen.add(keyText(keyOf(object)))
        },
      },
      signal,
    )
    for (const key of [...this.store.keys()]) {
      if (!seen.has(keyText(key))) this.#remove(key)
    }
    this.#stuck = 0
    this.#newsAt = this.#clock.monotonic()
    this.#history.listed(resourceVersion)
    this.#isSynced = true
    this.#markSynced()
    this.#markJudged()
    return resourceVersion
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { session, selection, random } = this.#options
    this.#watches += 1
    const events = watchEvents(session, selection, {
      resourceVersion,
      timeoutSeconds: WATCH_SECONDS + Math.floor(random() * WATCH_SECONDS),
      inactivityMs: INACTIVITY_MS,
      onOpen: () => {
        this.#openedAt = this.#clock.monotonic()
      },
      clock: this.#clock,
      signal,
    })
    for await (const event of events) this.#take(event)
  }

  #take(event: WatchEvent): void {
    this.#heardAt = this.#clock.monotonic()
    this.#newsAt = this.#heardAt
    this.#stuck = 0
    if (event.type === 'BOOKMARK') {
      this.#resourceVersion = event.resourceVersion
    } else {
      if (event.type === 'DELETED') this.#remove(keyOf(event.object))
      else this.#put(event.object)
      this.#resourceVersion = event.object.metadata.resourceVersion
    }
    this.#history.seen(this.#resourceVersion)
  }

  /** Whether it is kept. */
  #put(object: KubeObject): boolean {
    const key = keyOf(object)
    const { transform = trimmed } = this.#options
    const after = transform(object)
    if (after === undefined) {
      this.#remove(key)
      return false
    }
    const isKnown = this.store.resourceVersion(key) === after.metadata.resourceVersion
    if (!isKnown || this.#history.rewound) this.#recordEvent({ key, after, groups: this.store.put(after) })
    return true
  }

  #remove(key: ObjectKey): void {
    const groups = this.store.remove(key)
    if (groups) this.#recordEvent({ key, after: undefined, groups })
  }

  #recordEvent(change: ObjectChange): void {
    const relisting = this.#resourceVersion === undefined
    if (relisting && this.#isSynced) this.#repairs += 1
    try {
      this.#options.onChange(change)
    } catch (error) {
      this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
