import { isExternal } from '../../schemas/layout.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import type { PlacedPool } from './topology.ts'

export const WIDTH = 780
const MARGIN = 16
/** Between pools, between the shards of one, and between a box and what is in it. */
const GAP = { pool: 16, shard: 10, copy: 6, inside: 10 }
const WIDEST = 96

/** Where everything is, from left to right: servers are in one row, by pool and ordinal. */
export interface Placed {
  readonly pools: readonly { readonly x: number; readonly width: number; readonly label: string }[]
  /** Around the copies of each shard, where there are any. */
  readonly shards: readonly { readonly x: number; readonly width: number }[]
  readonly servers: readonly PlacedServer[]
}

export interface PlacedServer {
  readonly server: string
  readonly pool: string
  /** What is written on it. */
  readonly label: string
  readonly middle: number
  readonly width: number
}

export function places(pools: readonly PlacedPool[]): Placed {
  const count = pools.reduce((sum, { servers }) => sum + servers.length, 0)
  const gaps = pools.reduce((sum, { pool }) => sum + gapsIn(pool), (pools.length - 1) * GAP.pool)
  const width = Math.min(WIDEST, Math.floor((WIDTH - 2 * MARGIN - gaps) / count))
  let x = Math.round((WIDTH - count * width - gaps) / 2)
  const placed = pools.map((one) => {
    const at = placesOf(one, x, width)
    x += at.width + GAP.pool
    return at
  })
  return {
    pools: placed.map(({ x, width, label }) => ({ x, width, label })),
    shards: placed.flatMap(({ shards }) => shards),
    servers: placed.flatMap(({ servers }) => servers),
  }
}

function gapsIn({ shards, copies }: Pool): number {
  return 2 * GAP.inside + (shards - 1) * GAP.shard + shards * (copies - 1) * GAP.copy
}

function placesOf({ pool, servers }: PlacedPool, x: number, width: number) {
  const { name, shards, copies } = pool
  const left = (ordinal: number) => {
    const shard = Math.floor(ordinal / copies)
    return x + GAP.inside + ordinal * width + shard * GAP.shard + (ordinal - shard) * GAP.copy
  }
  const isCopied = copies > 1
  return {
    x,
    width: servers.length * width + gapsIn(pool),
    label: labelOf(pool),
    shards: !isCopied
      ? []
      : Array.from({ length: shards }, (_, shard) => ({
          x: left(shard * copies) - 4,
          width: left(shard * copies + copies - 1) + width - left(shard * copies) + 8,
        })),
    servers: servers.map((server, ordinal) => ({
      server,
      pool: name,
      label: isExternal(pool) ? (/^(.+):\d+$/.exec(server)?.[1] ?? server) : `${name}-${ordinal}`,
      middle: left(ordinal) + width / 2,
      width,
    })),
  }
}

function labelOf(pool: Pool): string {
  const { name, shards, copies } = pool
  if (isExternal(pool)) return `${name}: servers of others`
  const parts = shards === 1 ? '1 shard' : `${shards} shards`
  return copies === 1 ? `${name}: ${parts}` : `${name}: ${parts} × ${copies} copies`
}
