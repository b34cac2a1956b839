const QUOTE = 0x22
const BACKSLASH = 0x5c
const U = 0x75
/** Of `u` and its four digits. */
const UNICODE = 5

/**
 * Bytes of all names and texts in a stretch of JSON, as they are in UTF-8: without quotes, and what is escaped as the character that
 * it is. Nothing is made of them.
 */
export function textBytes(json: Buffer, start: number, end: number): number {
  let bytes = 0
  let isInside = false
  for (let at = start; at < end; at += 1) {
    const code = json[at]
    if (code === QUOTE) isInside = !isInside
    else if (!isInside) continue
    else if (code !== BACKSLASH) bytes += 1
    else if (json[at + 1] !== U) {
      bytes += 1
      at += 1
    } else {
      bytes += utf8Bytes(Number.parseInt(json.toString('latin1', at + 2, at + 1 + UNICODE), 16))
      at += UNICODE
    }
  }
  return bytes
}

/** Of a UTF-16 unit; both halves of a pair have four together. */
function utf8Bytes(unit: number): number {
  if (unit < 0x80) return 1
  if (unit < 0x800) return 2
  return isSurrogate(unit) ? 2 : 3
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000
}
