import type { Inherited } from './inheritance.ts'
import type { JsonObject } from './json.ts'
import type { ClientTls, PoolTls, ServerTls } from './tls.ts'

/**
 * The internal, complete form of a Mcrouter: every default filled in, no API version's spelling.
 * Everything behind admission (routing, render, reconciler) reads this and nothing else.
 */
export interface Mcrouter {
  readonly name: string
  readonly namespace: string
  readonly routers: Routers
  readonly pools: Pools
  /** No two are the same; a key that begins with none of them is in the first pool. */
  readonly prefixes: readonly Prefix[]
  /**
   * mcrouter's own JSON in place of routes that follow from pools and prefixes; it names pools, whose servers are filled in
   * (routing/own-config.ts). It is not there unless the spec has it.
   */
  readonly config?: JsonObject
  /** Who may connect; not there where everybody may, and then nothing says so. */
  readonly access?: Access
  /** Whether the reconciler leaves everything as it is; not there unless it does. */
  readonly paused?: true
  /** Labels and annotations of its own that everything it expands to has as well. */
  readonly inherited: Inherited
}

export interface Access {
  /** The clients of the routers, at least one. */
  readonly from: readonly Peer[]
}

/** Of a NetworkPolicy: pods, of the Mcrouter's namespace where none are selected, or addresses. */
export interface Peer {
  readonly podSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly ipBlock?: IpBlock
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly LabelExpression[]
}

export interface LabelExpression {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

export interface IpBlock {
  readonly cidr: string
  readonly except?: readonly string[]
}

/** Where the keys that begin so are; the longest that fits decides. */
export interface Prefix {
  readonly prefix: string
  readonly pool: Pool['name']
}

/** The servers, pool by pool: the first is {@link MAIN_POOL}, and no two have the same name. */
export type Pools = readonly [Pool, ...Pool[]]

/** The pool that every Mcrouter has: the one that is scaled by the scale subresource, and that has the keys of no prefix. */
export const MAIN_POOL = 'main'

/** No Mcrouter has more pools. */
export const MOST_POOLS = 17

/** No pool has more zones. */
export const MOST_ZONES = 10

/** What a further server of a pool adds: its share of the keys, or a copy of all of them. */
export type Topology = 'replicated' | 'sharded'

/** The mcrouter feature level to render for; never guessed from an image tag. */
export type Release = '37' | '40' | '41' | 'current'

export interface Routers {
  readonly image: string
  /** 1024..65535 */
  readonly port: number
  /** One on each node, in place of so many wherever there is room; not there unless it is so. */
  readonly placement?: 'Node'
  /** 1..100; the most that there may be where they are autoscaled. It says nothing of those on each node. */
  readonly replicas: number
  /** Not there unless their number, 1..100 at least, follows their CPU, 1..1000 percent of the request on average. */
  readonly autoscaling?: { readonly min: number; readonly cpu: number }
  readonly release: Release
  readonly resources: Resources
  readonly pod: PodSettings
  /** Proxy threads of each, 1..64. */
  readonly threads: number
  /** Clients of each above which it closes idle ones. */
  readonly maxConnections: number
  readonly timeouts: Timeouts
  /** Absolute path of the volume for mcpiper's fifos; empty for none. */
  readonly debugFifoRoot: string
  /** Further options of mcrouter, each with its value. */
  readonly args: readonly string[]
  readonly service: ServiceSettings
  /** Not there unless clients may speak TLS. */
  readonly clientTls?: ClientTls
  /** Not there unless it is said whom routers trust among servers that speak TLS; without it they look at no certificate. */
  readonly serverTls?: ServerTls
}

/** More clients than a router has memory for: what it has where the API version does not limit them. */
export const UNLIMITED_CLIENTS = 1_000_000

export interface Timeouts {
  /** Milliseconds in which a server has to have answered; undefined for what its largest item takes. */
  readonly serverMs: number | undefined
  /** Milliseconds in which a connection has to be made. */
  readonly connectMs: number
  /** After so many timeouts in a row a server is left out until it answers a probe. */
  readonly untilDown: number
}

/** Memcached servers that are alike and share the keys or hold copies of them. */
export interface Pool {
  /** A DNS label; a pool of another name is another pool, and the old one's servers go. */
  readonly name: string
  /** Parts into which Ch3 divides the keys; with external servers, as many as these. */
  readonly shards: number
  /** Servers that each part is on. */
  readonly copies: number
  /** By copy the value of `topology.kubernetes.io/zone` that its nodes have; all pools that have any, 2 to 10, have the same. */
  readonly zones: readonly string[]
  /** What a scale adds: of one shard there are two ways to grow, of several one (sharded), whatever their copies. */
  readonly topology: Topology
  /** Whether a write succeeds while some copy cannot be reached. */
  readonly writes: 'Available' | 'Strict'
  /** What a get does whose first copy does not have the key. */
  readonly onMiss: 'Miss' | 'AskCopies' | 'Refill'
  /** What takes over from servers that do not answer; what is written there lives so long at most. */
  readonly gutter?: { readonly pool: string; readonly ttlSeconds: number }
  /** What is asked for keys that this pool does not have yet; what is found there is copied, and lives so long. */
  readonly warmUp?: { readonly from: string; readonly ttlSeconds: number }
  /**
   * Servers that others run, by hash index. Where there are any there are no own ones: what is said of the processes of servers,
   * from the image on, is then of none.
   */
  readonly external: readonly ExternalServer[]
  readonly image: string
  /** 1024..65535 */
  readonly port: number
  /** memcached's -m, in MiB */
  readonly memoryMb: number
  /** memcached's -I, such as 32m */
  readonly maxItemSize: string
  /** memcached's -c */
  readonly maxConnections: number
  /** memcached's -t */
  readonly threads: number
  /** Not there unless the servers speak TLS, and nothing else. */
  readonly tls?: PoolTls
  /** Further options of memcached, each with its value. */
  readonly args: readonly string[]
  /** How long a server has to have been Ready before the next one is restarted. */
  readonly minReadySeconds: number
  readonly resources: Resources
  readonly pod: PodSettings
}

export interface ExternalServer {
  /** A DNS name or an address. */
  readonly host: string
  readonly port: number
  /** Whether routers speak TLS to it. */
  readonly tls: boolean
}

/** Of the Service of the routers. */
export interface ServiceSettings {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Undefined for what the cluster gives it, as the others are. */
  readonly ipFamilyPolicy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack' | undefined
  readonly loadBalancerClass: string | undefined
  readonly externalTrafficPolicy: 'Cluster' | 'Local' | undefined
}

/** The Service of routers of which nothing else is said. */
export const CLUSTER_IP: ServiceSettings = {
  type: 'ClusterIP',
  labels: {},
  annotations: {},
  ipFamilyPolicy: undefined,
  loadBalancerClass: undefined,
  externalTrafficPolicy: undefined,
}

/** What is said of the pods of a tier, beside their resources. */
export interface PodSettings {
  readonly imagePullSecrets: readonly { readonly name: string }[]
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
  /** As in a pod (k8s.io/api/core/v1 Affinity). */
  readonly affinity: JsonObject | undefined
  /** Empty for the operator's own: apart where there is room. */
  readonly topologySpreadConstraints: readonly SpreadConstraint[]
  readonly priorityClassName: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Of the pods of one tier, which the operator selects. */
export interface SpreadConstraint {
  readonly topologyKey: string
  readonly maxSkew: number
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly minDomains?: number
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
