import type { MonotonicMs } from '../../process/clock.ts'
import type { ObjectMeta } from '../kube/api.ts'
import { isOlder } from '../kube/cache/version.ts'
import type { CachedVersion } from '../observe/caches.ts'

/** Undefined when the cache has no such object. */
export type CachedVersions = (kind: string, namespace: string, name: string) => CachedVersion | undefined

/** One state of one object. */
type Written = Pick<ObjectMeta, 'namespace' | 'name' | 'uid' | 'resourceVersion'>

interface Expected extends Written {
  readonly kind: string
  /** Whether the cache has to lose it rather than to have it. */
  readonly gone: boolean
}

/** A watch delivers within milliseconds; one that does not for so long is broken and will list again. */
const PATIENCE_MS = 5_000

/**
 * What this process has written for one Mcrouter and its caches do not show yet. A pass that planned from such caches
 * would make everything a second time, and be refused. All times are monotonic milliseconds.
 */
export class Expectations {
  #expected: readonly Expected[] = []
  #until = 0

  wrote(kind: string, written: Written, now: MonotonicMs): void {
    this.#expect(kind, written, false, now)
  }

  deleted(kind: string, written: Written, now: MonotonicMs): void {
    this.#expect(kind, written, true, now)
  }

  /** Milliseconds to wait at most until the caches show it all; 0 when they do, or have had their time. */
  outstanding(cached: CachedVersions, now: MonotonicMs): number {
    this.#expected = this.#until > now ? this.#expected.filter((one) => !isShown(one, cached)) : []
    return this.#expected.length === 0 ? 0 : this.#until - now
  }

  /** Whether this is what was written, and not what somebody made of it since. */
  has({ uid, resourceVersion }: Written): boolean {
    return this.#expected.some((one) => one.uid === uid && one.resourceVersion === resourceVersion)
  }

  #expect(
    kind: string,
    // No more than that: who writes has the whole answer of the API server, and managedFields are the larger part of it.
    { namespace = '', name, uid, resourceVersion }: Written,
    gone: boolean,
    now: MonotonicMs,
  ): void {
    this.#expected = [...this.#expected, { kind, namespace, name, uid, resourceVersion, gone }]
    this.#until = now + PATIENCE_MS
  }
}

function isShown(
  { kind, namespace = '', name, uid, resourceVersion, gone }: Expected,
  cached: CachedVersions,
): boolean {
  const shown = cached(kind, namespace, name)
  if (!gone) return shown !== undefined && !isOlder(shown.resourceVersion, resourceVersion)
  const metadata = shown?.metadata()
  return metadata?.uid !== uid || metadata.deletionTimestamp !== undefined
}
