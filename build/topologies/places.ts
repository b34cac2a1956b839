import { isExternal, isZoned } from '../../schemas/layout.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import type { PlacedPool } from './topology.ts'

export const WIDTH = 780
const MARGIN = 16
/** Between pools, between groups of servers in one, between the servers of a group, and between a box and what is in it. */
const GAP = { pool: 16, group: 10, server: 6, inside: 10 }
const WIDEST = 96

/** Where everything is, from left to right: servers are in one row, by pool and ordinal, or by zone. */
export interface Placed {
  readonly pools: readonly { readonly x: number; readonly width: number; readonly label: string }[]
  /** Around the copies of each shard, where there are any, or the shards in each zone. */
  readonly groups: readonly { readonly x: number; readonly width: number }[]
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
    groups: placed.flatMap(({ groups }) => groups),
    servers: placed.flatMap(({ servers }) => servers),
  }
}

function gapsIn(pool: Pool): number {
  const { count, size } = groupsOf(pool)
  return 2 * GAP.inside + (count - 1) * GAP.group + count * (size - 1) * GAP.server
}

/** How servers stand together: the copies of a shard, or the shards in a zone. */
function groupsOf(pool: Pool): { readonly count: number; readonly size: number } {
  const { shards, copies } = pool
  return isZoned(pool) ? { count: copies, size: shards } : { count: shards, size: copies }
}

function placesOf({ pool, servers }: PlacedPool, x: number, width: number) {
  const { count, size } = groupsOf(pool)
  const left = (place: number) => {
    const group = Math.floor(place / size)
    return x + GAP.inside + place * width + group * GAP.group + (place - group) * GAP.server
  }
  return {
    x,
    width: servers.length * width + gapsIn(pool),
    label: labelOf(pool),
    groups:
      size === 1
        ? []
        : Array.from({ length: count }, (_, group) => ({
            x: left(group * size) - 4,
            width: left(group * size + size - 1) + width - left(group * size) + 8,
          })),
    servers: inOrder(pool, servers).map(({ server, label }, place) => ({
      server,
      pool: pool.name,
      label,
      middle: left(place) + width / 2,
      width,
    })),
  }
}

/** From left to right. @param servers by ordinal, which is shard × copies + copy */
function inOrder(pool: Pool, servers: readonly string[]): Pick<PlacedServer, 'server' | 'label'>[] {
  const { name, copies } = pool
  if (isExternal(pool))
    return servers.map((server) => ({ server, label: /^(.+):\d+$/.exec(server)?.[1] ?? server }))
  if (!isZoned(pool)) return servers.map((server, ordinal) => ({ server, label: `${name}-${ordinal}` }))
  return Array.from({ length: copies }, (_, copy) => {
    const inZone = servers.filter((_, ordinal) => ordinal % copies === copy)
    return inZone.map((server, shard) => ({ server, label: `copy-${copy}-${shard}` }))
  }).flat()
}

function labelOf(pool: Pool): string {
  const { name, shards, copies, zones } = pool
  if (isExternal(pool)) return `${name}: servers of others`
  const parts = shards === 1 ? '1 shard' : `${shards} shards`
  if (copies === 1) return `${name}: ${parts}`
  const where = isZoned(pool) ? `, in ${zones.join(', ')}` : ''
  return `${name}: ${parts} × ${copies} copies${where}`
}
