import type { MonotonicMs } from '../process/clock.ts'
import { AppliedObjects } from './apply/applied-objects.ts'
import { ConflictBackoff } from './apply/conflict-backoff.ts'
import { DriftBackoff } from './apply/drift-backoff.ts'
import { Expectations } from './apply/expectations.ts'
import { Mutations } from './apply/mutations.ts'
import { TrafficDistribution } from './apply/traffic-distribution.ts'
import { Issuance } from './issuing/issuance.ts'
import { Inquiry } from './observe/inquiry.ts'
import type { Claim } from './report/claim.ts'
import type { Reported } from './report/reported.ts'
import { ToldRestarts } from './report/restarts.ts'
import { AtOnce } from './scaling/at-once.ts'
import { Unwritten } from './unwritten.ts'

/**
 * What this process remembers of one Mcrouter from pass to pass. Nothing of it is needed to do the right thing: it
 * spares writes, tells a change that somebody else made from one of our own, and lets things go on while nothing can be written.
 */
export class ObjectState {
  readonly writes = new Expectations()
  readonly driftBackoff = new DriftBackoff()
  readonly conflicts = new ConflictBackoff()
  readonly appliedObjects = new AppliedObjects()
  readonly atOnce = new AtOnce()
  readonly mutations = new Mutations()
  readonly trafficDistribution = new TrafficDistribution()
  claim: Claim = 'none'
  readonly restarts = new ToldRestarts()
  /** uid of a Mcrouter whose namespace is being deleted, and takes nothing new; it never comes back. */
  leaving = ''
  /** Whether a pass was put off until the caches show what was written. */
  waits = false
  /** Whether the last pass left its status to the next. */
  unsaid = false
  /** metadata.generation whose spec was already written in its normalised form; 0 for none. */
  normalised = 0
  /** When a router of it was last evicted. */
  evictedAt: MonotonicMs = Number.NEGATIVE_INFINITY
  /** When its status was last written. */
  statusAt: MonotonicMs = Number.NEGATIVE_INFINITY
  /** Hash of what that said, but for its times; empty before. */
  statement = ''
  /** What the last pass said of it; undefined before one did. */
  reported: Reported | undefined
  /** Why pods of StatefulSets are missing. */
  readonly missing = new Inquiry()
  readonly issuance = new Issuance()
  /** Why pods do not start. */
  readonly unmounted = new Inquiry()
  readonly unwritten = new Unwritten()
}

/** The state of each Mcrouter, by key. */
export class ObjectStates {
  readonly #byKey = new Map<string, ObjectState>()

  of(key: string): ObjectState {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const state = new ObjectState()
    this.#byKey.set(key, state)
    return state
  }

  /** Undefined when no pass was made over it yet. */
  known(key: string): ObjectState | undefined {
    return this.#byKey.get(key)
  }

  /** What was said of each Mcrouter, by key; nothing of those that are gone. */
  *reported(): Generator<readonly [key: string, Reported]> {
    for (const [key, { reported }] of this.#byKey) if (reported !== undefined) yield [key, reported]
  }

  forget(key: string): void {
    this.#byKey.delete(key)
  }

  forgetAll(): void {
    this.#byKey.clear()
  }
}
