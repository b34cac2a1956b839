import type { Layout } from '../../schemas/layout.ts'
import type { Address } from './address.ts'

/** A server's place in its pool. */
export interface Place {
  readonly pool: string
  readonly shard: number
  readonly copy: number
}

/** How a pod is reached. */
export interface Dialled extends Address {
  /** Whether that port speaks TLS. */
  readonly tls: boolean
}

/** A pod of a Mcrouter that may be asked. */
export interface Target extends Dialled {
  /** With TLS, beside the port at which it is asked; 0 where there is none. */
  readonly tlsPort: number
  readonly namespace: string
  /** Its name. */
  readonly mcrouter: string
  /** Undefined for a router. */
  readonly place: Place | undefined
  /** Of the Mcrouter: how the servers of its pools hold keys, by pool. */
  readonly layouts: Layouts
}

export type Layouts = ReadonlyMap<string, Layout>

/** One whose pool the spec no longer has, or not yet: each server is taken to hold keys of its own. */
const ALONE: Layout = { shards: Number.POSITIVE_INFINITY, copies: 1 }

/**
 * The server of a shard in a copy has the ordinal shard × copies + copy (routing/copy-set.ts). With one shard every server is a
 * copy, those that are about to leave as well. Where each copy has a StatefulSet, in a zone, the ordinal is that of the shard.
 *
 * @param copy that the StatefulSet is of; undefined of one that is in no zone
 */
export function placeOf(pool: string, ordinal: number, layouts: Layouts, copy?: number): Place {
  if (copy !== undefined) return { pool, shard: ordinal, copy }
  const { shards, copies } = layouts.get(pool) ?? ALONE
  if (shards === 1 && copies > 1) return { pool, shard: 0, copy: ordinal }
  return { pool, shard: Math.floor(ordinal / copies), copy: ordinal % copies }
}
