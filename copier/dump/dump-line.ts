/** A key as `lru_crawler metadump` lists it. */
export interface Listed {
  /** As clients write it, of 1 to 250 bytes. */
  readonly key: Buffer
  /** Unix seconds at which it expires; 0: never. */
  readonly exp: number
  /** Unix seconds of the last access, which memcached renews once a minute (items.c, ITEM_UPDATE_INTERVAL). */
  readonly la: number
  /** 0 with `-C`. */
  readonly cas: bigint
  /** Bytes with all around the value. */
  readonly size: number
}

/** Longest key (memcached.h, KEY_MAX_LENGTH). */
const LONGEST = 250
/** crawler.c, lru_crawler_metadump_eval; releases from 1.6.33 on have further words behind it. */
const LINE = /^key=(\S+) exp=(-?\d{1,12}) la=(\d{1,10}) cas=(\d{1,20}) .*?\bsize=(\d{1,10})(?: |$)/
/** So many digits fit a number exactly. */
const EXACT = 15

/**
 * A line of a dump, without its end.
 * @returns undefined for anything else
 */
export function listedIn(line: string): Listed | undefined {
  const [, encoded = '', exp = '', la = '', cas = '', size = ''] = LINE.exec(line) ?? []
  const key = keyOf(encoded)
  if (key === undefined) return undefined
  return {
    key,
    exp: Math.max(0, Number(exp)),
    la: Number(la),
    cas: BigInt(cas.length <= EXACT ? Number(cas) : cas),
    size: Number(size),
  }
}

/** Of a key in which all but letters, digits and `-._~` are written as %XX (util.c, uriencode). */
function keyOf(encoded: string): Buffer | undefined {
  if (encoded === '') return undefined
  if (!encoded.includes('%')) return Buffer.from(encoded, 'latin1')
  const bytes = encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}

/**
 * Whether a key can be said in the text protocol. One that was stored in the binary protocol may hold spaces or line ends, which would
 * make commands of it; mcrouter refuses such keys (mcrouter/lib/McKey.h, isKeyValid), so that none is reached by a client.
 */
export function isReachable(key: Buffer): boolean {
  if (key.length === 0 || key.length > LONGEST) return false
  // Ten times as fast as every().
  for (let at = 0; at < key.length; at += 1) {
    const byte = key[at] ?? 0
    if (byte <= 0x20 || byte === 0x7f) return false
  }
  return true
}
