import type { Layout } from '../../schemas/layout.ts'
import { partsStaying } from '../../schemas/moved-share.ts'
import { type Fraction, fraction } from '../../text/fraction.ts'

/** Which share of the keys that Ch3 spreads over a pool is looked for first on another server. */
export interface Moves {
  /** Servers before and after. */
  readonly before: number
  readonly after: number
  /** Of all keys. */
  readonly moved: Fraction
  /** Servers that keys leave, with the share of all keys that leaves each. */
  readonly from: readonly Share[]
  /** Servers that keys come to, with the share of all keys that comes to each. */
  readonly to: readonly Share[]
}

export interface Share {
  readonly server: string
  readonly share: Fraction
}

/** The servers of a pool by ordinal, each named once, and how keys are spread over them. */
export interface Spread extends Layout {
  readonly servers: readonly string[]
}

/** What moves when a pool's servers become others, exactly: see schemas/moved-share.ts. */
export function movesBetween(before: Spread, after: Spread): Moves {
  const parts = before.servers.length * after.servers.length
  const [leaving, coming] = [partsLeaving(before, after), partsLeaving(after, before)]
  const moved = leaving.reduce((sum, part) => sum + part, 0)
  return {
    before: before.servers.length,
    after: after.servers.length,
    moved: fraction(moved, parts),
    from: shares(before.servers, leaving, parts),
    to: shares(after.servers, coming, parts),
  }
}

/** Of each server here, how many of all parts are on another one over there. */
function partsLeaving(here: Spread, there: Spread): number[] {
  const ordinalThere = new Map(there.servers.map((server, ordinal) => [server, ordinal]))
  return here.servers.map((server, ordinal) => {
    const same = ordinalThere.get(server)
    return there.servers.length - (same === undefined ? 0 : partsStaying(ordinal, same, here, there))
  })
}

function shares(servers: readonly string[], parts: readonly number[], all: number): Share[] {
  return servers.flatMap((server, index) => {
    const part = parts[index] ?? 0
    return part === 0 ? [] : [{ server, share: fraction(part, all) }]
  })
}
