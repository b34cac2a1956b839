/**
 * Characters that must not reach a terminal or a log: control characters (C0, C1), line and paragraph separators, and the
 * direction marks, which can turn text around.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Words of others (kubelet, the scheduler, a container, the API server) as one line that can be shown on a terminal and
 * written to a log: each run of unprintable characters becomes a space.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(RUN, ' ')
}

const RUN = new RegExp(`(?:${UNPRINTABLE.source})+`, 'gu')
