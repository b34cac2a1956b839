import { configFor, serialise } from '../routing/config.ts'
import { digest } from '../routing/digest.ts'
import { CONFIG_DIRECTORY, CONFIG_KEY, flagsFor } from '../routing/flags.ts'
import type { McrouterConfig } from '../routing/mcrouter-config.ts'
import { ownConfig } from '../routing/own-config.ts'
import { featuresOf } from '../routing/release.ts'
import type { Resize } from '../routing/resize.ts'
import { externalNames, poolName, secured, serverNames } from '../routing/servers.ts'
import type { JsonObject } from '../schemas/json.ts'
import { isExternal, serversIn } from '../schemas/layout.ts'
import type {
  Mcrouter,
  PodSettings,
  Pool,
  Resources,
  Routers,
  SpreadConstraint,
} from '../schemas/mcrouter.ts'
import { type AccessModel, accessModel } from './access.ts'
import {
  type CertificateVolume,
  POOL_TLS_DIRECTORY,
  poolCertificates,
  routerCertificates,
} from './certificates.ts'
import { type Labels, labelsOf, selectorOf, type Tier } from './labels.ts'
import { type Names, namesOf } from './names.ts'
import { type Port, poolPortName, routerPorts } from './ports.ts'
import type { RenderSettings, ScaleStep } from './rendering.ts'
import { type Service, serviceOf } from './service.ts'

/**
 * What templates of the whole Mcrouter read: what depends on the Mcrouter is decided here, what never does is in the
 * templates.
 */
export interface Model {
  readonly namespace: string
  readonly names: Names
  readonly config: Config
  readonly routers: Workload & {
    readonly debugFifoRoot: string
    /** One on each node: no number is theirs, and they are spread already. */
    readonly onNodes: boolean
    /** Undefined where the spec says how many there are. */
    readonly autoscaling: Routers['autoscaling'] | undefined
    /** The first is asked by probes. */
    readonly ports: readonly Port[]
    readonly certificates: readonly CertificateVolume[]
  }
  readonly service: Service
  /** Of NetworkPolicies; undefined where there are none. */
  readonly access: AccessModel | undefined
  /** Of every object; left out when empty, as those of pods are. */
  readonly annotations: Mcrouter['inherited']['annotations']
}

/** What templates read that are rendered once for each pool. */
export interface PoolModel extends Model {
  /** `name` is that of all its objects. */
  readonly pool: Workload & {
    readonly name: string
    readonly minReadySeconds: number
    /** Of the port of its containers. */
    readonly portName: string
    readonly certificates: readonly CertificateVolume[]
  }
}

export interface Config {
  readonly directory: string
  readonly key: string
  readonly text: string
  /** md5 of `text` in hex. */
  readonly digest: string
}

/** The workload of one tier. */
export interface Workload {
  /** Of its objects. */
  readonly labels: Labels
  /** Metadata of its pods. */
  readonly podMetadata: { readonly labels: Labels; readonly annotations?: Labels }
  readonly selector: Labels
  readonly image: string
  readonly args: readonly string[]
  readonly port: number
  readonly replicas: number
  readonly resources: Resources
  /** Fields of the pod spec, each left out when empty. */
  readonly pod: PodFields
}

type PodFields = Pick<
  PodSettings,
  'imagePullSecrets' | 'nodeSelector' | 'tolerations' | 'affinity' | 'priorityClassName'
> & { readonly spread: readonly SpreadConstraint[] }

export function modelOf(mcrouter: Mcrouter, settings: RenderSettings): Model {
  const { routers, inherited } = mcrouter
  const routing = routingOf(mcrouter, settings)
  const onNodes = routers.placement === 'Node'
  return {
    namespace: mcrouter.namespace,
    names: namesOf(mcrouter),
    config: configOf(routing),
    routers: {
      ...labelled(mcrouter, 'mcrouter', routers.pod, onNodes ? [] : APART),
      ...workloadOf(routers, routers.replicas, flagsFor(mcrouter)),
      debugFifoRoot: routers.debugFifoRoot,
      onNodes,
      autoscaling: routers.autoscaling,
      ports: routerPorts(routers),
      certificates: routerCertificates(mcrouter),
    },
    service: serviceOf(mcrouter),
    access: accessModel(mcrouter, routing, settings.operatorPods),
    annotations: inherited.annotations,
  }
}

/** Of those whose servers are our own, in the order of the spec. */
export function poolModels(mcrouter: Mcrouter, model: Model, settings: RenderSettings): PoolModel[] {
  return mcrouter.pools
    .filter((pool) => !isExternal(pool))
    .map((pool) => ({
      ...model,
      pool: {
        name: poolName(mcrouter, pool.name),
        minReadySeconds: pool.minReadySeconds,
        portName: poolPortName(pool),
        certificates: poolCertificates(mcrouter, pool),
        ...labelled(mcrouter, { pool: pool.name }, pool.pod),
        ...workloadOf(pool, stepOf(pool, settings).servers, memcachedArgs(pool)),
      },
    }))
}

function stepOf(pool: Pool, { steps }: RenderSettings): ScaleStep {
  const servers = serversIn(pool)
  return steps?.get(pool.name) ?? { servers, routed: servers }
}

function configOf(routing: McrouterConfig | JsonObject): Config {
  const text = serialise(routing)
  return { directory: CONFIG_DIRECTORY, key: CONFIG_KEY, text, digest: digest(text) }
}

/** What the routers of a Mcrouter are told to do with requests. */
export function routingOf(mcrouter: Mcrouter, settings: RenderSettings): McrouterConfig | JsonObject {
  const { features = featuresOf(mcrouter.routers.release) } = settings
  const { pools } = mcrouter
  const servers = pools.map((pool) => routedServers(mcrouter, pool, settings))
  // Of the pools only the first is read past misses after it has grown.
  const filling = stepOf(pools[0], settings).filling === true
  const copies = new Map(
    pools.flatMap((pool) => {
      const { copies: kept } = stepOf(pool, settings)
      return kept === undefined ? [] : [[pool.name, kept] as const]
    }),
  )
  const { config } = mcrouter
  if (config === undefined) {
    return configFor(mcrouter, servers, { features, filling, copies, resizes: resizesOf(mcrouter, settings) })
  }
  // At no step of a scale: as many as the spec says.
  const all = pools.map((pool) =>
    isExternal(pool) ? externalNames(pool) : ownServers(mcrouter, pool, serversIn(pool), settings),
  )
  const both = servers.map((routed, index) => ({ routed, all: all[index] ?? [] }))
  return ownConfig(mcrouter, config, both, { features, copies })
}

function resizesOf({ pools }: Mcrouter, settings: RenderSettings): ReadonlyMap<string, Resize> {
  return new Map(
    pools.flatMap((pool) => {
      const { resize } = stepOf(pool, settings)
      return resize === undefined ? [] : [[pool.name, resize] as const]
    }),
  )
}

/** The servers of a pool that routers use, by ordinal. */
export function routedServers(mcrouter: Mcrouter, pool: Pool, settings: RenderSettings): string[] {
  if (isExternal(pool)) return externalNames(pool)
  const { routed, external } = stepOf(pool, settings)
  if (external !== undefined) return externalNames({ external })
  return ownServers(mcrouter, pool, routed, settings)
}

function ownServers(mcrouter: Mcrouter, pool: Pool, count: number, settings: RenderSettings): string[] {
  const { port, tls } = stepOf(pool, settings).reach ?? { port: pool.port, tls: pool.tls !== undefined }
  const names = serverNames(mcrouter, { ...pool, port }, count, settings.clusterDomain)
  return tls ? names.map(secured) : names
}

function labelled(mcrouter: Mcrouter, tier: Tier, pod: PodSettings, spread = APART) {
  const { inherited } = mcrouter
  const labels = { ...inherited.labels, ...labelsOf(mcrouter, tier) }
  const annotations = { ...pod.annotations, ...inherited.annotations }
  const podMetadata = {
    labels: { ...pod.labels, ...labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
  return { labels, podMetadata, selector: selectorOf(mcrouter, tier), pod: podFields(pod, spread) }
}

/** @param ownSpread where the spec says none */
function podFields(pod: PodSettings, ownSpread: readonly SpreadConstraint[]): PodFields {
  const { imagePullSecrets, nodeSelector, tolerations, affinity, priorityClassName } = pod
  const { topologySpreadConstraints: given } = pod
  const spread = given.length > 0 ? given : ownSpread
  return { imagePullSecrets, nodeSelector, tolerations, affinity, priorityClassName, spread }
}

/** Apart where there is room, together where there is not. */
const APART: readonly SpreadConstraint[] = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
  (topologyKey) => ({ topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }),
)

function workloadOf(
  { image, port, resources }: Pick<Workload, 'image' | 'port' | 'resources'>,
  replicas: number,
  args: readonly string[],
) {
  return { image, port, resources, replicas, args: args.map(verbatim) }
}

/** memcached's default for -t. Not written out, so that an upgrade restarts no server whose spec never said it. */
const OWN_THREADS = 4

const TLS_FILES = `ssl_chain_cert=${POOL_TLS_DIRECTORY}/tls.crt,ssl_key=${POOL_TLS_DIRECTORY}/tls.key`

/** memcached's short options: the same in every release and every build of it. */
function memcachedArgs({ port, memoryMb, maxItemSize, maxConnections, threads, tls, args }: Pool): string[] {
  const served = ['-p', `${port}`, '-m', `${memoryMb}`, '-I', maxItemSize, '-c', `${maxConnections}`]
  const secure = tls === undefined ? [] : ['-Z', '-o', TLS_FILES]
  return [...served, ...(threads === OWN_THREADS ? [] : ['-t', `${threads}`]), ...secure, ...args]
}

/** Kubernetes replaces `$(NAME)` in arguments and reads `$$` as `$`: so written, an argument arrives as it is. */
function verbatim(argument: string): string {
  return argument.replaceAll('$', '$$$$')
}
