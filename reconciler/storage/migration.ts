import type { Logger } from 'pino'
import { type Clock, sleep } from '../../process/clock.ts'
import { unwritableReason } from '../../schemas/conversion/unwritable.ts'
import { STORED } from '../../schemas/versions.ts'
import { exponential } from '../backoff.ts'
import type { KubeApi, KubeObject, ObjectKey } from '../kube/api.ts'
import { readPages } from '../kube/cache/pages.ts'
import { ApiError } from '../kube/connection/errors.ts'
import type { Session } from '../kube/connection/session.ts'
import { keyOf, keyText } from '../kube/object.ts'
import { mcrouters } from '../kube/resources.ts'
import { isMixed, readDefinition, shortenStoredVersions } from './definition.ts'

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

/** Between two writes: each is an event for everybody who watches, and a call of the webhook. */
const PAUSE_MS = 20
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
 * write of each that changes nothing (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/storage-version-migration/).
 * Until then, reading one that is stored in another takes the webhook that converts, and an older version cannot be taken out of
 * the definition. Begins anew after whatever cuts it short: to write one twice costs nothing. For the leader alone, and only
 * where it serves every namespace: else it cannot know that none is left.
 */
export class StorageMigration {
  readonly #options: MigrationOptions
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
    const { api, session, log } = this.#options
    // Before the first object is read: what changes the definition after that, and with it perhaps what is stored, is a conflict.
    const definition = await readDefinition(session, signal)
    if (definition === undefined || !definition.storesOurs || !isMixed(definition)) return true
    await this.#untilWebhook(signal)
    const objects = await this.#list(signal)
    const left: string[] = []
    for (const object of objects) {
      if (signal.aborted) return false
      const came = await this.#rewrite(object, signal)
      this.counts[came] += 1
      if (came !== 'rewritten') left.push(keyText(object.key))
      await sleep(this.#options.clock, PAUSE_MS, signal)
    }
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

  async #untilWebhook(signal: AbortSignal): Promise<void> {
    const { clock, webhookClosed } = this.#options
    while (!signal.aborted && webhookClosed() !== undefined) await sleep(clock, WEBHOOK_MS, signal)
  }

  async #list(signal: AbortSignal): Promise<readonly Listed[]> {
    const objects: Listed[] = []
    const take = (object: KubeObject) => void objects.push(listed(object))
    await readPages(this.#options.session, { resource: mcrouters }, { take }, signal)
    return objects
  }

  async #rewrite({ key, resourceVersion, reason }: Listed, signal: AbortSignal): Promise<Rewritten> {
    const { api, log } = this.#options
    if (reason !== undefined) {
      log.warn({ mcrouter: keyText(key), reason }, 'stored versions: a Mcrouter is left as it is stored')
      return 'skipped'
    }
    try {
      await api.merge(mcrouters, key, { metadata: { resourceVersion } }, { signal })
      return 'rewritten'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody has written it since, and so it is stored in the new version, or it is gone.
      if (error.conflict || error.notFound) return 'rewritten'
      if (error.transient || error.aborted) throw error
      log.warn(
        { mcrouter: keyText(key), error: error.message },
        'stored versions: a Mcrouter was not rewritten',
      )
      return 'failed'
    }
  }
}

function listed(object: KubeObject): Listed {
  const { resourceVersion } = object.metadata
  return { key: keyOf(object), resourceVersion, reason: unwritableReason(object.spec, STORED) }
}
