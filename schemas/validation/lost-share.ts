import { type Fraction, fraction } from '../../text/fraction.ts'
import type { Layout } from '../layout.ts'
import type { ExternalServer } from '../mcrouter.ts'
import { partsBetween } from '../moved-share.ts'

/**
 * The share of all keys of which no server that has them now is one on which they are looked for afterwards, exactly: Ch3 says
 * how many keys go from one shard to another, and the servers of a shard are those from shard × copies on.
 */
export function lostBetweenLayouts(before: Layout, now: Layout): Fraction {
  let kept = 0
  for (let shard = 0; shard < before.shards; shard += 1) {
    const first = shard * before.copies
    const last = first + before.copies - 1
    const until = Math.min(Math.floor(last / now.copies), now.shards - 1)
    for (let other = Math.floor(first / now.copies); other <= until; other += 1)
      kept += partsBetween(shard, other, before.shards, now.shards)
  }
  return fraction(before.shards * now.shards - kept, before.shards * now.shards)
}

/** The same of servers that others run, each of which is a shard. */
export function lostBetweenServers(
  before: readonly ExternalServer[],
  now: readonly ExternalServer[],
): Fraction {
  let kept = 0
  for (const [index, { host, port }] of before.entries()) {
    const other = now.findIndex((server) => server.host === host && server.port === port)
    if (other >= 0) kept += partsBetween(index, other, before.length, now.length)
  }
  return fraction(before.length * now.length - kept, before.length * now.length)
}
