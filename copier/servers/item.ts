/** A value with all that belongs to it. */
export interface Item {
  readonly value: Buffer
  /** 32 bits in decimal, as the server says them. */
  readonly flags: string
  /** Seconds that are left; -1: it does not expire; undefined where the server does not tell. */
  readonly ttl: number | undefined
  readonly cas: bigint
}

/** Under which condition something is done to a key: none, that it is absent, or that its cas is still this. */
export type Condition = 'always' | 'absent' | bigint

/** What came of it. */
export type Outcome =
  /** `cas` of what is stored now; 0 where the server does not tell. */
  | { readonly kind: 'done'; readonly cas: bigint }
  /** The condition did not hold. */
  | { readonly kind: 'unmet' }
  /** It does not take this value, whatever is tried. */
  | { readonly kind: 'refused'; readonly because: string }

/** Something that is to be stored. */
export interface Storing {
  readonly key: Buffer
  readonly item: Item
  /** Seconds from now, Unix seconds, or 0: never, as memcached takes them. */
  readonly expiry: number
  readonly condition: Condition
}

/** Something that is to be deleted. */
export interface Removing {
  readonly key: Buffer
  readonly condition: Exclude<Condition, 'absent'>
}

/** More seconds than this are the Unix time (memcached.c, REALTIME_MAXDELTA). */
const LONGEST_RELATIVE = 30 * 24 * 60 * 60

/**
 * When a copy expires: as the dump said where the value is still the one that was listed. Of a younger one only the rest of its life is
 * known, in whole seconds: one second is added, so that no lock ends early.
 * @param nowMs Unix time in milliseconds
 */
export function expiryOf(
  { cas, ttl }: Item,
  listed: { readonly cas: bigint; readonly exp: number },
  nowMs: number,
): number {
  if (cas === listed.cas || ttl === undefined) return listed.exp
  if (ttl < 0) return 0
  return ttl + 1 <= LONGEST_RELATIVE ? ttl + 1 : Math.floor(nowMs / 1000) + ttl + 1
}

/** Whether two places have the same of a key. Times are told in whole seconds, and at different moments. */
export function isSame(one: Item, other: Item): boolean {
  return one.flags === other.flags && isSameLife(one.ttl, other.ttl) && one.value.equals(other.value)
}

const TOLERANCE = 2

function isSameLife(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return true
  if (one < 0 || other < 0) return one < 0 && other < 0
  return Math.abs(one - other) <= TOLERANCE
}
