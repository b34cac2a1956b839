import type { ObjectMeta } from '../kube/api.ts'
import { isOlder } from '../kube/version.ts'

/** How a cache has an object; undefined when it has none. */
export type Cached = (kind: string, namespace: string, name: string) => ObjectMeta | undefined

interface Expected {
  readonly kind: string
  readonly metadata: ObjectMeta
  /** Whether the cache has to lose it rather than to have it. */
  readonly gone: boolean
}

/** A watch delivers within milliseconds; one that does not for so long is broken and will list again. */
const PATIENCE_MS = 5_000

/**
 * What this process has written for one Mcrouter and its caches do not show yet. A pass that planned from such caches
 * would make everything a second time, and be refused. All times are monotonic milliseconds.
 */
export class OwnWrites {
  #expected: readonly Expected[] = []
  #until = 0

  wrote(kind: string, metadata: ObjectMeta, now: number): void {
    this.#expect({ kind, metadata, gone: false }, now)
  }

  deleted(kind: string, metadata: ObjectMeta, now: number): void {
    this.#expect({ kind, metadata, gone: true }, now)
  }

  /** Milliseconds to wait at most until the caches show it all; 0 when they do, or have had their time. */
  outstanding(cached: Cached, now: number): number {
    this.#expected = this.#until > now ? this.#expected.filter((one) => !isShown(one, cached)) : []
    return this.#expected.length === 0 ? 0 : this.#until - now
  }

  /** Whether this is what was written, and not what somebody made of it since. */
  has({ uid, resourceVersion }: ObjectMeta): boolean {
    return this.#expected.some(
      ({ metadata }) => metadata.uid === uid && metadata.resourceVersion === resourceVersion,
    )
  }

  #expect(expected: Expected, now: number): void {
    this.#expected = [...this.#expected, expected]
    this.#until = now + PATIENCE_MS
  }
}

function isShown({ kind, metadata, gone }: Expected, cached: Cached): boolean {
  const { namespace = '', name, uid, resourceVersion } = metadata
  const shown = cached(kind, namespace, name)
  if (gone) return shown?.uid !== uid || shown.deletionTimestamp !== undefined
  return shown !== undefined && !isOlder(shown.resourceVersion, resourceVersion)
}
