import type { Inherited } from './inheritance.ts'

/**
 * The internal, complete form of a Mcrouter: every default filled in, no API version's spelling.
 * Everything behind admission (routing, render, reconciler) reads this and nothing else.
 */
export interface Mcrouter {
  readonly name: string
  readonly namespace: string
  readonly topology: Topology
  readonly routers: Routers
  readonly pools: Pools
  readonly imagePullSecrets: readonly { readonly name: string }[]
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
  /** Labels and annotations of its own that everything it expands to has as well. */
  readonly inherited: Inherited
}

/** The servers, pool by pool: the first is {@link MAIN_POOL}, and no two have the same name. */
export type Pools = readonly [Pool, ...Pool[]]

/** The pool that every Mcrouter has: the one that is scaled by the scale subresource, and that the topology routes over. */
export const MAIN_POOL = 'main'

/** No Mcrouter has more pools. */
export const MOST_POOLS = 17

export type Topology = 'replicated' | 'sharded'

/** How the keys of a pool are spread over its servers: beside the first pool, each has them on one server. */
export function topologyOf({ topology }: Pick<Mcrouter, 'topology'>, pool: string): Topology {
  return pool === MAIN_POOL ? topology : 'sharded'
}

/** The mcrouter feature level to render for; never guessed from an image tag. */
export type Release = '37' | '40' | '41' | 'current'

export interface Routers {
  readonly image: string
  /** 1024..65535 */
  readonly port: number
  /** 1..100 */
  readonly replicas: number
  readonly release: Release
  readonly resources: Resources
  /** Absolute path of the volume for mcpiper's fifos; empty for none. */
  readonly debugFifoRoot: string
}

/** Memcached servers that are alike and share the keys or hold copies of them. */
export interface Pool {
  /** A DNS label; a pool of another name is another pool, and the old one's servers go. */
  readonly name: string
  readonly image: string
  /** 1024..65535 */
  readonly port: number
  /** 1..1000 */
  readonly servers: number
  /** memcached's -m, in MiB */
  readonly memoryMb: number
  /** memcached's -I, such as 32m */
  readonly maxItemSize: string
  /** memcached's -c */
  readonly maxConnections: number
  readonly resources: Resources
}

/** Quantities in Kubernetes' notation (250m, 1Gi). */
export interface Resources {
  readonly requests: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, string>>
}

export interface Toleration {
  readonly key?: string
  readonly operator?: 'Equal' | 'Exists'
  readonly value?: string
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
  readonly tolerationSeconds?: number
}
