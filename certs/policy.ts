import type { EpochMs } from '../process/clock.ts'
import { CLOCK_ALLOWANCE, inDate, type Life, madeAt, renewalTime, SERVING_LIFE } from './life.ts'

/** What exists, as far as it matters for what to do next. */
export interface PkiState {
  /** The CA that signs; absent when there is none with a usable key. */
  readonly authority?: Life
  /** Whether the bundle carries CAs beside `authority`. */
  readonly retired: boolean
  /** The serving certificate in the Secret; absent when there is none, its key is another's, or no CA of the bundle signed it. */
  readonly leaf?: Leaf
  /** For how long, in milliseconds that really went by, this bundle has been registered and this leaf been in the Secret. */
  readonly stableMs: number
}

export interface Leaf extends Life {
  readonly signedBy: 'authority' | 'retired'
  /** Whether it carries every name under which the server is asked for. */
  readonly named: boolean
}

export type Decision =
  /** Nothing to do at this time. */
  | { readonly action: 'keep' }
  /** Issue a serving certificate. */
  | { readonly action: 'renew'; readonly because: string }
  /** Issue a CA; the one before stays in the bundle. */
  | { readonly action: 'rotate'; readonly because: string }
  /** Take every CA but the one that signs out of the bundle. */
  | { readonly action: 'drop-old' }

/**
 * How long a change takes to arrive everywhere: API servers watch their webhook configurations (well under a second),
 * the kubelet refreshes a mounted Secret within its sync period and cache time (60 to 90 s). It is measured on the
 * monotonic clock, since a wall clock that jumps would cut it short, and begins anew with every process.
 * https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export const PROPAGATION_TIME = 120_000

/**
 * What to do at `now` (milliseconds since 1970). It holds at every instant that a certificate that some server may be
 * serving verifies against every bundle that some API server may be using:
 * a new CA signs only once all know it, and an old one is dropped only once everything that it signed has expired.
 *
 * @param propagationMs how long a change takes to arrive at all who verify
 */
export function decide(pki: PkiState, now: EpochMs, propagationMs = PROPAGATION_TIME): Decision {
  const { authority } = pki
  if (!authority) return { action: 'rotate', because: 'there is no CA that can sign' }
  if (!inDate(authority, now)) return { action: 'rotate', because: 'the CA is out of date' }
  if (now >= renewalTime(authority)) {
    return { action: 'rotate', because: 'two thirds of the life of the CA are over' }
  }
  const because = reasonToRenew(pki.leaf, now)
  if (because) return mayServeNew(pki, propagationMs) ? { action: 'renew', because } : { action: 'keep' }
  if (pki.retired && pki.stableMs >= propagationMs && now >= dropTime(authority))
    return { action: 'drop-old' }
  return { action: 'keep' }
}

function reasonToRenew(leaf: Leaf | undefined, now: EpochMs): string | undefined {
  if (!leaf) return 'there is no serving certificate that is trusted, with its key'
  if (!inDate(leaf, now)) return 'the serving certificate is out of date'
  if (leaf.signedBy === 'retired') return 'the CA has changed'
  if (!leaf.named) return 'the names of the server have changed'
  if (now >= renewalTime(leaf)) return 'two thirds of the life of the serving certificate are over'
  return undefined
}

/** Whether every API server trusts the CA that would sign. With no other CA, there is nothing yet that could be lost. */
function mayServeNew({ retired, leaf, stableMs }: PkiState, propagationMs: number): boolean {
  return !retired || leaf?.signedBy === 'authority' || stableMs >= propagationMs
}

/**
 * When the last certificate that an earlier CA can have signed has expired: it signed none after this one was made.
 * The clock was read three times, for that certificate, for this CA and now, and may have been off each time.
 */
function dropTime(authority: Life): number {
  return madeAt(authority) + SERVING_LIFE + 3 * CLOCK_ALLOWANCE
}
