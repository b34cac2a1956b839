import { type Fraction, fraction } from '../../text/fraction.ts'
import { serverText } from '../external-server.ts'
import { type Layout, serversIn } from '../layout.ts'
import type { ExternalServer } from '../mcrouter.ts'
import { partsBetween, partsFound } from '../moved-share.ts'

/**
 * The share of all keys that a get looks for first on a server that does not have them, after the servers that an operator runs
 * have become others: the server of an ordinal stays the same one.
 */
export function lostBetweenLayouts(before: Layout, now: Layout): Fraction {
  const inBoth = Math.min(serversIn(before), serversIn(now))
  let found = 0
  for (let ordinal = 0; ordinal < inBoth; ordinal += 1) found += partsFound(ordinal, ordinal, before, now)
  const parts = before.shards * serversIn(now)
  return fraction(parts - found, parts)
}

/** The same of servers that others run, each of which is a shard. */
export function lostBetweenServers(
  before: readonly ExternalServer[],
  now: readonly ExternalServer[],
): Fraction {
  const places = Map.groupBy(now.entries(), ([, server]) => serverText(server))
  let found = 0
  for (const [index, server] of before.entries()) {
    for (const [other] of places.get(serverText(server)) ?? [])
      found += partsBetween(index, other, before.length, now.length)
  }
  const parts = before.length * now.length
  return fraction(parts - found, parts)
}
