import type { EpochMs } from '../process/clock.ts'

/** From when until when a certificate is valid, in milliseconds since 1970. */
export interface Life {
  readonly notBefore: number
  readonly notAfter: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** The CA never leaves the cluster and its key is readable by the reconciler alone, so that it changes rarely. */
export const AUTHORITY_LIFE = 10 * YEAR

/** Its key is in the namespace of its Mcrouter, beside that of the servers: whoever has copied it can stand for them so long. */
export const POOL_AUTHORITY_LIFE = YEAR

/** A stolen serving key is of use no longer than this; renewed after 60 days, which leaves 30 to notice that renewal fails. */
export const SERVING_LIFE = 90 * DAY

/**
 * How far clocks may be apart. A certificate is valid from this long before it was made, so that nobody whose clock
 * is behind, or was set back by hours since, sees one that is "not yet valid".
 */
export const CLOCK_ALLOWANCE = DAY

/** The life of a certificate made at `now`. */
export function lifeFrom(now: EpochMs, length: number): Life {
  return { notBefore: now - CLOCK_ALLOWANCE, notAfter: now + length }
}

/** When that was. */
export function madeAt(life: Life): number {
  return life.notBefore + CLOCK_ALLOWANCE
}

export function inDate(life: Life, now: EpochMs): boolean {
  return life.notBefore <= now && now <= life.notAfter
}

/** When to replace a certificate: at two thirds of its life, as cert-manager does. */
export function renewalTime(life: Life): number {
  return life.notBefore + Math.floor(((life.notAfter - life.notBefore) * 2) / 3)
}
