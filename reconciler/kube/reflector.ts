import { exponential } from '../backoff.ts'
import { type Clock, sleep } from '../clock.ts'
import type { KubeObject, ObjectKey } from './api.ts'
import type { Change } from './change.ts'
import { ApiError } from './errors.ts'
import { keyOf, keyText } from './key.ts'
import { listPages, type Selection } from './pages.ts'
import type { Session } from './session.ts'
import { type Grouping, Store, trimmed } from './store.ts'
import { isOlder } from './version.ts'
import { type WatchEvent, watchEvents } from './watch.ts'

export interface ReflectorOptions {
  readonly session: Session
  readonly selection: Selection
  /** Told of each change after the store has it. Meant to add a key to a queue; what it throws goes to `onTrouble`. */
  readonly onChange: (change: Change) => void
  /** Told of each failure; the reflector goes on by itself. */
  readonly onTrouble: (error: Error) => void
  /** What of an object the store keeps. By default all but managedFields and the copy that kubectl keeps. */
  readonly trim?: (object: KubeObject) => KubeObject
  readonly grouping?: Grouping
  readonly clock: Clock
  /** 0 ≤ n < 1 */
  readonly random: () => number
}

// The numbers of client-go's reflector (tools/cache/reflector.go), but for the cap: theirs is jittered up to 60 s.
const BACKOFF_MS = 800
const BACKOFF_MAX_MS = 30_000
// A proxy on the way may cut each watch that is idle for less than the minute between two bookmarks (haproxy's `timeout
// server` is often 50 s): a watch that was open for so long worked, however it ended and whether it had to tell anything.
// One that ends sooner backs off even if it delivered, or an event that always breaks it would be asked for without end.
const HEALTHY_MS = 10_000
const WATCH_SECONDS = 300
// The API server sends a bookmark each minute and keeps events for 75 s at least: a watch that is taken up again within
// that time needs no list (kopf docs/configuration.rst, inactivity_timeout).
const INACTIVITY_MS = 70_000
// A server that asks for more is not believed: we would be blind for so long.
const RETRY_AFTER_MAX_MS = 60_000
// After so many failures at one resourceVersion it is the version that is wrong, or the event after it.
const STUCK = 3
// An etcd restored from a backup counts from a lower number, for good.
const STALE_LISTS = 5

/**
 * A local copy of the objects of one selection, kept true by one list and then a watch. It never gives up: whatever
 * goes wrong, it backs off and goes on from the last event, or lists again when that is too old. After a list, whatever
 * happened unseen is told as changes like any others.
 */
export class Reflector {
  readonly store: Store
  /** Resolves when the first list is in the store. */
  readonly synced: Promise<void>
  /** Resolves when it is synced, or was forbidden to be: whether it may list is not up to it. */
  readonly judged: Promise<void>
  readonly #options: ReflectorOptions
  readonly #clock: Clock
  readonly #markSynced: () => void
  readonly #markJudged: () => void
  #isSynced = false
  /** The watch goes on after this one; undefined when a list has to come first. */
  #resourceVersion: string | undefined
  /** The newest list or event ever seen. */
  #newest: string | undefined
  #heardAt: number
  /** Turns in a row whose watch was not open for long. */
  #failures = 0
  /** When the watch of this turn was opened; undefined while it is not. */
  #openedAt: number | undefined
  #stuck = 0
  #staleLists = 0
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
    this.#heardAt = options.clock.monotonic()
  }

  /** Whether the first list is in the store. */
  get isSynced(): boolean {
    return this.#isSynced
  }

  /** Milliseconds since the server was last heard of: a page of a list, an event, a bookmark or a refusal. */
  get silentMs(): number {
    return this.#clock.monotonic() - this.#heardAt
  }

  /** Watches begun after the first. */
  get reconnects(): number {
    return Math.max(0, this.#watches - 1)
  }

  /** Differences that only a later list brought to light. */
  get relistRepairs(): number {
    return this.#repairs
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#openedAt = undefined
      const failure = await this.#turn(signal)
      if (signal.aborted) return
      if (failure) this.#options.onTrouble(failure)
      await sleep(this.#clock, this.#pause(failure), signal)
    }
  }

  /** Lists if need be and watches until that ends: as planned (undefined) or not. */
  async #turn(signal: AbortSignal): Promise<Error | undefined> {
    try {
      this.#resourceVersion ??= await this.#list(signal)
      await this.#watch(this.#resourceVersion, signal)
      return undefined
    } catch (error) {
      if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error))
      if (error.status > 0) this.#heardAt = this.#clock.monotonic()
      if (error.forbidden) this.#markJudged()
      if (!error.transient || error.reason === 'Malformed') this.#stuck += 1
      if (error.gone || this.#stuck >= STUCK) this.#resourceVersion = undefined
      return error
    }
  }

  /** How long to wait before the next turn, in milliseconds. */
  #pause(failure: Error | undefined): number {
    const now = this.#clock.monotonic()
    if (now - (this.#openedAt ?? now) >= HEALTHY_MS) {
      this.#failures = 0
      if (failure === undefined) return 0
    }
    this.#failures += 1
    const backoff =
      exponential(this.#failures, BACKOFF_MS, BACKOFF_MAX_MS) * (0.5 + this.#options.random() / 2)
    const asked = failure instanceof ApiError ? (failure.retryAfterMs ?? 0) : 0
    return Math.max(backoff, Math.min(asked, RETRY_AFTER_MAX_MS))
  }

  /** Makes the store what the list says, and answers where the watch begins. */
  async #list(signal: AbortSignal): Promise<string> {
    const { session, selection, trim = trimmed } = this.#options
    const seen = new Set<string>()
    let resourceVersion = ''
    for await (const page of listPages(session, selection, trim, signal)) {
      this.#heardAt = this.#clock.monotonic()
      if (resourceVersion === '') this.#refuseStale(page.resourceVersion)
      resourceVersion = page.resourceVersion
      for (const object of page.items) {
        seen.add(keyText(keyOf(object)))
        this.#put(object)
      }
    }
    for (const key of [...this.store.keys()]) {
      if (!seen.has(keyText(key))) this.#remove(key)
    }
    this.#stuck = 0
    this.#newest = resourceVersion
    this.#isSynced = true
    this.#markSynced()
    this.#markJudged()
    return resourceVersion
  }

  /** An API server that lags behind the others must not take us back in time. */
  #refuseStale(resourceVersion: string): void {
    if (
      this.#newest === undefined ||
      !isOlder(resourceVersion, this.#newest) ||
      this.#staleLists >= STALE_LISTS
    ) {
      this.#staleLists = 0
      return
    }
    this.#staleLists += 1
    throw new ApiError(
      `LIST ${this.#options.selection.resource.plural}: resourceVersion ${resourceVersion} is older than ${this.#newest}, which was seen before`,
      { status: 0, reason: 'Stale' },
    )
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
    this.#stuck = 0
    if (event.type === 'BOOKMARK') {
      this.#resourceVersion = event.resourceVersion
    } else {
      const { trim = trimmed } = this.#options
      if (event.type === 'DELETED') this.#remove(keyOf(event.object))
      else this.#put(trim(event.object))
      this.#resourceVersion = event.object.metadata.resourceVersion
    }
    this.#newest = this.#resourceVersion
  }

  #put(after: KubeObject): void {
    const key = keyOf(after)
    if (this.store.resourceVersion(key) === after.metadata.resourceVersion) return
    this.#tell({ key, after, groups: this.store.put(after) })
  }

  #remove(key: ObjectKey): void {
    const groups = this.store.remove(key)
    if (groups) this.#tell({ key, after: undefined, groups })
  }

  #tell(change: Change): void {
    const relisting = this.#resourceVersion === undefined
    if (relisting && this.#isSynced) this.#repairs += 1
    try {
      this.#options.onChange(change)
    } catch (error) {
      this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
