/** A write of a key that a server has acknowledged. */
export interface Written {
  /** Rises with each write of the key. */
  readonly version: number
  readonly kind: 'stored' | 'cas' | 'deleted'
  /** When it may have expired at the earliest, and has at the latest by memcached's clock of seconds, in ms; Infinity for never. */
  readonly expires: { readonly from: number; readonly by: number }
}

/** What was known of a key at one moment. */
export interface Known {
  readonly last: Written | undefined
  /** Of the writes that were begun. */
  readonly highest: number
  /** Whether one of them is under way, or had no clear outcome. */
  readonly pending: boolean
}

export type Found = { readonly version: number | undefined } | 'nothing'

/**
 * `hit` and `miss` are of a key that has to be there; `unclear` of one that need not be. `stale` is an older value than the last that was
 * acknowledged before the read began, `resurrected` one that had been deleted by then, `overdue` one that lives on after its
 * time, and `damaged` what nobody wrote.
 */
export type Verdict = 'hit' | 'miss' | 'unclear' | 'stale' | 'resurrected' | 'overdue' | 'damaged'

export const NEVER = { from: Number.POSITIVE_INFINITY, by: Number.POSITIVE_INFINITY }
/** memcached's clock has seconds and lags: it has been seen to end a value 1.7 s late, and ends one up to 1 s early. */
const LATE_MS = 2_000
const EARLY_MS = 1_000

/** When what is stored for so many seconds expires, by a write that was under way between two moments in ms. */
export function expiry(ttlSeconds: number, begun: number, ended: number): Written['expires'] {
  if (ttlSeconds === 0) return NEVER
  return { from: begun + ttlSeconds * 1000 - EARLY_MS, by: ended + ttlSeconds * 1000 + LATE_MS }
}

/** One key that one client writes and everybody reads. */
export class ValueTruth {
  #highest = 0
  #pending = false
  #last: Written | undefined

  /** The number of the write that begins now. */
  begin(): number {
    this.#pending = true
    this.#highest += 1
    return this.#highest
  }

  acknowledged(written: Written): void {
    this.#last = written
    this.#pending = false
  }

  /** The write that was begun has certainly not been made. */
  refused(): void {
    this.#pending = false
  }

  known(): Known {
    return { last: this.#last, highest: this.#highest, pending: this.#pending }
  }
}

/**
 * What a read says of the servers.
 *
 * @param before what was known when it began
 * @param after when its answer was there
 * @param begun in ms, of the same clock as the writes
 */
export function judge(found: Found, before: Known, after: Known, begun: number, ended: number): Verdict {
  const { last } = before
  const isChanging = before.pending || after.pending || after.highest > before.highest
  if (found === 'nothing') {
    const isThere = last !== undefined && last.kind !== 'deleted' && ended < last.expires.from
    return isThere && !isChanging ? 'miss' : 'unclear'
  }
  const { version } = found
  if (version === undefined || version > after.highest) return 'damaged'
  if (last === undefined) return 'unclear'
  if (version < last.version || (version === last.version && last.kind === 'deleted')) {
    return last.kind === 'deleted' ? 'resurrected' : 'stale'
  }
  if (isChanging || version !== last.version) return 'hit'
  return begun > last.expires.by ? 'overdue' : 'hit'
}
