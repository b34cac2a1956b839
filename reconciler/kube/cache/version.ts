/** The API server shows an older state than before: its etcd was restored from a backup. */
export interface Rewind {
  /** The newest resourceVersion that was seen. */
  readonly from: string
  /** That of now. */
  readonly to: string
}

/**
 * Whether one resourceVersion is certainly older than another. Equality is what clients normally go by; this order is
 * only for refusing to go back in time (KEP-5504 makes it official: decimal numbers of any length).
 */
export function isOlder(version: string, than: string): boolean {
  const decimal = /^[0-9]+$/
  return decimal.test(version) && decimal.test(than) && BigInt(version) < BigInt(than)
}
