/** Control characters, and what moves a cursor or turns a line around: C0, C1, line separators, direction marks. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/**
 * Words of others (kubelet, the scheduler, a container, the API server) as one line that can be shown on a terminal and
 * written to a log: what is no part of a line becomes a space.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(UNFIT, ' ')
}
