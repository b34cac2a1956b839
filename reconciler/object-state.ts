import { Settled } from './apply/applied-objects.ts'
import { Conflicts } from './apply/conflict-backoff.ts'
import { Rivals } from './apply/drift-backoff.ts'
import { OwnWrites } from './apply/expectations.ts'
import { Mutations } from './apply/mutations.ts'
import type { Missing } from './observe/missing-pods.ts'
import type { Claim } from './report/claim.ts'
import { ToldRestarts } from './report/restarts.ts'
import { AtOnce } from './scaling/at-once.ts'

/**
 * What this process remembers of one Mcrouter from pass to pass. Nothing of it is needed to do the right thing: it
 * spares writes, and tells a change that somebody else made from one of our own.
 */
export class Memory {
  readonly writes = new OwnWrites()
  readonly rivals = new Rivals()
  readonly conflicts = new Conflicts()
  readonly settled = new Settled()
  readonly atOnce = new AtOnce()
  readonly mutations = new Mutations()
  claim: Claim = 'none'
  readonly restarts = new ToldRestarts()
  /** uid of a Mcrouter whose namespace is being deleted, and takes nothing new; it never comes back. */
  leaving = ''
  /** Whether a pass was put off until the caches show what was written. */
  waits = false
  /** metadata.generation whose spec was already written in its normalised form; 0 for none. */
  normalised = 0
  /** When a router of it was last evicted, in monotonic milliseconds. */
  evictedAt = Number.NEGATIVE_INFINITY
  /** When its status was last written, in monotonic milliseconds. */
  statusAt = Number.NEGATIVE_INFINITY
  /** Hash of what that said, but for its times; empty before. */
  statement = ''
  /** Pods of the StatefulSet that do not come into being; undefined while none is missing. */
  missing: Missing | undefined
}

/** The memories of all Mcrouters, by key. */
export class Memories {
  readonly #byKey = new Map<string, Memory>()

  of(key: string): Memory {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const memory = new Memory()
    this.#byKey.set(key, memory)
    return memory
  }

  /** Undefined when no pass was made over it yet. */
  known(key: string): Memory | undefined {
    return this.#byKey.get(key)
  }

  forget(key: string): void {
    this.#byKey.delete(key)
  }

  forgetAll(): void {
    this.#byKey.clear()
  }
}
