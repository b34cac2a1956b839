import type { Features } from '../routing/release.ts'
import type { Resize } from '../routing/resize.ts'
import type { ExternalServer } from '../schemas/mcrouter.ts'
import type { OperatorPods } from './operator-pods.ts'

/** A Kubernetes object that is ours to apply. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ManifestMetadata
  readonly [field: string]: unknown
}

export interface ManifestMetadata {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** Everything that one Mcrouter expands to. */
export interface Rendering {
  /** In the order in which a person would read them; appliable in any order. */
  readonly manifests: readonly Manifest[]
  /** The text of config.json, exactly as routers read it. */
  readonly config: string
  /** md5 of `config` in hex: what a router on it answers to `get __mcrouter__.config_md5_digest`. */
  readonly digest: string
}

/** What a rendering depends on beside the Mcrouter itself. */
export interface RenderSettings {
  /** DNS domain of the cluster, `cluster.local` almost everywhere. */
  readonly clusterDomain: string
  /** Who is admitted where not everybody is; nobody of the operator where not given. */
  readonly operatorPods?: OperatorPods
  /** By pool, the step of its scale, where that differs from the spec: set by the reconciler only. */
  readonly steps?: ReadonlyMap<string, ScaleStep>
  /** What the configuration may use, where that differs from the spec's release: set by the reconciler only. */
  readonly features?: Features
}

/** While a pool is being scaled, servers that run and servers that are routed to differ. */
export interface ScaleStep {
  /** Replicas of all its StatefulSets; 0 for a pool that the spec no longer has, and that is gone. */
  readonly servers: number
  /** Servers in mcrouter's configuration; never more than `servers`. 0 leaves the pool out. */
  readonly routed: number
  /** Servers of others that routers use in place of those, until own ones that took over the name of their pool run. */
  readonly external?: readonly ExternalServer[]
  /** In how many copies those are to be seen, until the pool has as many servers as its spec says; as there where not given. */
  readonly copies?: number
  /** How those are reached, while none that is Ready is as its spec says; as that says where not given. */
  readonly reach?: Reach
  /**
   * Whether those are of StatefulSets of their copies, `copies` of them, each in a zone: until a pool that is given zones, or no longer
   * has any, has other servers. As its spec says where not given.
   */
  readonly zoned?: boolean
  /** Of a pool in zones, replicas of the StatefulSet of each copy that the spec has; an equal part of `servers` each where not given. */
  readonly byCopy?: readonly number[]
  /** Whether some of those have little in them yet: what a replicated pool misses there is read from others. */
  readonly filling?: boolean
  /** Of a pool in zones, the place of the first copy of which that is so; of all where not given. */
  readonly fillingFrom?: number
  /** How its keys are routed while it is resized warm; `routed` is then the larger size. */
  readonly resize?: Resize
}

/** How servers are connected to. */
export interface Reach {
  readonly port: number
  /** Whether TLS is spoken there. */
  readonly tls: boolean
}
