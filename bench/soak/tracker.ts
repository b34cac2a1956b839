import type { KubeObject } from '../../reconciler/kube/api.ts'
import type { OwnedManifest } from '../../reconciler/plan/plan.ts'
import { desiredOf, isReached, waitsForPods } from './expansion.ts'

/** Why objects had to change: their Mcrouter was stored, was deleted, or somebody deleted one of them. */
export type Cause = 'stored' | 'deleted' | 'meddled with'

/** How long it took until the objects were as they should be. */
export interface Arrival {
  readonly mcrouter: string
  readonly cause: Cause
  /** Milliseconds since the start of the soak. */
  readonly from: number
  readonly until: number
  /** Milliseconds of it in which new servers were not Ready: not the operator's time, but that of whoever starts pods. */
  readonly waitedMs: number
}

interface Pending {
  readonly cause: Cause
  readonly from: number
  readonly desired: readonly OwnedManifest[]
  waitedMs: number
  /** Since when it waits for pods; undefined while it does not. */
  waitsSince: number | undefined
}

function pendingSince(from: number, cause: Cause, desired: readonly OwnedManifest[]): Pending {
  return { cause, from, desired, waitedMs: 0, waitsSince: undefined }
}

/** Follows each newest spec until the objects match it. */
export class Tracker {
  readonly arrivals: Arrival[] = []
  /** Stored Mcrouters that admission should have refused. */
  readonly invalid: string[] = []
  readonly #pending = new Map<string, Pending>()
  readonly #seen = new Map<string, string>()

  /** Mcrouters whose objects are not yet as they should be. */
  get pending(): readonly string[] {
    return [...this.#pending.keys()]
  }

  /** @param stored undefined when it is gone */
  mcrouterIs(
    mcrouter: string,
    stored: KubeObject | undefined,
    children: readonly KubeObject[],
    at: number,
  ): void {
    const version = versionOf(stored)
    if (this.#seen.get(mcrouter) === version) return
    this.#seen.set(mcrouter, version)
    try {
      const cause = version === 'gone' ? 'deleted' : 'stored'
      this.#pending.set(mcrouter, pendingSince(at, cause, desiredOf(stored)))
    } catch (error) {
      this.#pending.delete(mcrouter)
      this.invalid.push(String(error))
    }
    this.childrenAre(mcrouter, children, at)
  }

  childrenAre(mcrouter: string, children: readonly KubeObject[], at: number): void {
    const pending = this.#pending.get(mcrouter)
    if (pending === undefined) return
    if (pending.waitsSince !== undefined) pending.waitedMs += at - pending.waitsSince
    pending.waitsSince = waitsForPods(pending.desired, children) ? at : undefined
    if (!isReached(pending.desired, children)) return
    const { cause, from, waitedMs } = pending
    this.#pending.delete(mcrouter)
    this.arrivals.push({ mcrouter, cause, from, until: at, waitedMs })
  }

  /** An object of a Mcrouter went away. */
  childGone(mcrouter: string, stored: KubeObject | undefined, at: number): void {
    if (this.#pending.has(mcrouter) || versionOf(stored) === 'gone') return
    this.#pending.set(mcrouter, pendingSince(at, 'meddled with', desiredOf(stored)))
  }
}

function versionOf(stored: KubeObject | undefined): string {
  if (stored === undefined || stored.metadata.deletionTimestamp !== undefined) return 'gone'
  return `${stored.metadata.uid} ${stored.metadata.generation}`
}
