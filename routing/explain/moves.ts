import { partsBetween } from '../../schemas/moved-share.ts'
import { type Fraction, fraction } from '../../text/fraction.ts'

/** Which keys are looked for on another server, of those that Ch3 spreads over a pool. */
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

/**
 * What moves when a pool's servers become others, exactly: see schemas/moved-share.ts.
 * @param before by hash index, each named once, at least one
 */
export function movesBetween(before: readonly string[], after: readonly string[]): Moves {
  const parts = before.length * after.length
  const [leaving, coming] = [partsLeaving(before, after), partsLeaving(after, before)]
  const moved = leaving.reduce((sum, part) => sum + part, 0)
  return {
    before: before.length,
    after: after.length,
    moved: fraction(moved, parts),
    from: shares(before, leaving, parts),
    to: shares(after, coming, parts),
  }
}

/** Of each server here, how many of all parts are on another one over there. */
function partsLeaving(here: readonly string[], there: readonly string[]): number[] {
  const indexThere = new Map(there.map((server, index) => [server, index]))
  return here.map((server, index) => {
    const same = indexThere.get(server)
    const staying = same === undefined ? 0 : partsBetween(index, same, here.length, there.length)
    return there.length - staying
  })
}

function shares(servers: readonly string[], parts: readonly number[], all: number): Share[] {
  return servers.flatMap((server, index) => {
    const part = parts[index] ?? 0
    return part === 0 ? [] : [{ server, share: fraction(part, all) }]
  })
}
