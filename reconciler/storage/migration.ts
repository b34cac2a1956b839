import type { Logger } from 'pino'
import { type Clock, type MonotonicMs, sleep } from '../../process/clock.ts'
import { unwritableReason } from '../../schemas/conversion/unwritable.ts'
import { STORED } from '../../schemas/versions.ts'
import { exponential } from '../backoff.ts'
import type { KubeApi, KubeObject, ObjectKey } from '../kube/api.ts'
import { readPages } from '../kube/cache/pages.ts'
import { ApiError } from '../kube/connection/errors.ts'
import type { Session } from '../kube/connection/session.ts'
import { keyOf, keyText } from '../kube/object.ts'
import { mcrouters } from '../kube/resources.ts'
import { type Definition, isMixed, readDefinition, shortenStoredVersions } from './definition.ts'

export interface MigrationOptions {
  readonly api: Pick<KubeApi, 'merge'>
  readonly session: Session
  readonly clock: Clock
  readonly log: Logger
  /** Why what is written now would not pass through the webhook; undefined when it does, or there is none. */
  readonly webhookClosed: () => string | undefined
}

/** What came of an object: rewritten counts those that somebody else has written or deleted meanwhile. */
export type Rewritten = 'rewritten' | 'skipped' | 'failed'

interface Came {
  readonly result: Rewritten
  /** Why it may succeed later, and of the others too. */
  readonly transient?: ApiError
}

/** Between two writes: each is an event for everybody who watches. */
const PAUSE_MS = 20
/**
 * Of several API servers each learns of a new definition by itself, and stores what is written as the old one says until it has: a
 * matter of a second. No object is taken for written anew before.
 */
const SETTLED_MS = 60_000
/** So many failures one after the other are no longer those of single objects. */
const MOST_FAILURES = 5
/** A definition may be applied at any time, by whoever installs it apart from the operator. */
const LOOK_AGAIN_MS = 10 * 60_000
const FIRST_RETRY_MS = 1_000
const WEBHOOK_MS = 1_000
/** So many objects are named in the log where not all could be rewritten. */
const NAMED = 10

/** An object as the list had it. */
interface Listed {
  readonly key: ObjectKey
  readonly resourceVersion: string
  /** Why it cannot be had whole in the version in which it would be stored. */
  readonly reason: string | undefined
}

/**
 * Has every Mcrouter stored in the version that the operator reads, as the storage version migrator of Kubernetes does: by a
 * write of each that changes nothing (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/storage-version-migration/). The
 * write is one of the status, with which all of an object is stored and about which no webhook is asked: the spec is stored as it is
 * read, also that of a Mcrouter that is paused, or not valid.
 * Until then, reading one that is stored in another takes the webhook that converts, and an older version cannot be taken out of
 * the definition. Begins anew after whatever cuts it short: to write one twice costs nothing. For the leader alone, and only
 * where it serves every namespace: else it cannot know that none is left.
 */
export class StorageMigration {
  readonly #options: MigrationOptions
  /** When this process first saw that the definition stores the version of the operator. */
  #since: MonotonicMs | undefined
  readonly counts: Record<Rewritten, number> = { rewritten: 0, skipped: 0, failed: 0 }

  constructor(options: MigrationOptions) {
    this.#options = options
  }

  /** Until the signal fires. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    let failures = 0
    while (!signal.aborted) {
      try {
        const whole = await this.pass(signal)
        failures = whole ? 0 : failures + 1
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        log.warn(
          { error: String(error) },
          'stored versions: not all Mcrouters could be rewritten; trying again',
        )
      }
      const waitMs = failures === 0 ? LOOK_AGAIN_MS : exponential(failures, FIRST_RETRY_MS, LOOK_AGAIN_MS)
      await sleep(clock, waitMs, signal)
    }
  }

  /** Answers whether nothing is left to do. Rejects with an ApiError where a list or the definition cannot be read or written. */
  async pass(signal: AbortSignal): Promise<boolean> {
    const { api, log } = this.#options
    // Before the first object is read: what changes the definition after that, and with it perhaps what is stored, is a conflict.
    const definition = await this.#settled(signal)
    if (definition === undefined) return true
    const objects = await this.#list(signal)
    const left = await this.#rewriteAll(objects, signal)
    if (signal.aborted) return false
    if (left.length > 0) {
      const found = { left: left.slice(0, NAMED), of: objects.length }
      log.warn(found, `stored versions: ${left.length} Mcrouters are not stored as ${STORED.name} yet`)
      return false
    }
    await shortenStoredVersions(api, definition, signal)
    log.info({ objects: objects.length }, `stored versions: every Mcrouter is stored as ${STORED.name}`)
    return true
  }

  /** The definition, once every API server knows it and the webhook answers; undefined where nothing is to be stored anew. */
  async #settled(signal: AbortSignal): Promise<Definition | undefined> {
    const { session, clock, webhookClosed } = this.#options
    for (;;) {
      const definition = await readDefinition(session, signal)
      this.#since = definition?.storesOurs ? (this.#since ?? clock.monotonic()) : undefined
      if (definition === undefined || this.#since === undefined || !isMixed(definition)) return undefined
      const waitMs = this.#since + SETTLED_MS - clock.monotonic()
      if (signal.aborted || (waitMs <= 0 && webhookClosed() === undefined)) return definition
      await sleep(clock, Math.max(waitMs, WEBHOOK_MS), signal)
    }
  }

  /** Answers those that are left. Rejects with an ApiError when it is not for single objects that it fails. */
  async #rewriteAll(objects: readonly Listed[], signal: AbortSignal): Promise<readonly string[]> {
    const left: string[] = []
    let failures = 0
    for (const object of objects) {
      if (signal.aborted) break
      const { result, transient } = await this.#rewrite(object, signal)
      this.counts[result] += 1
      if (result !== 'rewritten') left.push(keyText(object.key))
      failures = transient === undefined ? 0 : failures + 1
      if (transient !== undefined && failures >= MOST_FAILURES) throw transient
      await sleep(this.#options.clock, PAUSE_MS, signal)
    }
    return left
  }

  async #list(signal: AbortSignal): Promise<readonly Listed[]> {
    const objects: Listed[] = []
    const take = (object: KubeObject) => void objects.push(listed(object))
    await readPages(this.#options.session, { resource: mcrouters }, { take }, signal)
    return objects
  }

  async #rewrite({ key, resourceVersion, reason }: Listed, signal: AbortSignal): Promise<Came> {
    const { api, log } = this.#options
    if (reason !== undefined) {
      log.warn({ mcrouter: keyText(key), reason }, 'stored versions: a Mcrouter is left as it is stored')
      return { result: 'skipped' }
    }
    try {
      await api.merge(mcrouters, key, { metadata: { resourceVersion } }, { subresource: 'status', signal })
      return { result: 'rewritten' }
    } catch (error) {
      if (!(error instanceof ApiError) || error.aborted) throw error
      // Somebody has written it since, and so it is stored in the new version, or it is gone.
      if (error.conflict || error.notFound) return { result: 'rewritten' }
      log.warn(
        { mcrouter: keyText(key), error: error.message },
        'stored versions: a Mcrouter was not rewritten',
      )
      return { result: 'failed', ...(error.transient && { transient: error }) }
    }
  }
}

function listed(object: KubeObject): Listed {
  const { resourceVersion } = object.metadata
  return { key: keyOf(object), resourceVersion, reason: unwritableReason(object.spec, STORED) }
}
