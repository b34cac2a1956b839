import { configFor, serialise } from '../routing/config.ts'
import { digest } from '../routing/digest.ts'
import { CONFIG_DIRECTORY, CONFIG_KEY, flagsFor } from '../routing/flags.ts'
import type { McrouterConfig } from '../routing/mcrouter-config.ts'
import { featuresOf } from '../routing/release.ts'
import { externalNames, poolName, serverNames } from '../routing/servers.ts'
import { serversIn } from '../schemas/layout.ts'
import type { Mcrouter, Pool, Resources } from '../schemas/mcrouter.ts'
import { type Labels, labelsOf, selectorOf, type Tier } from './labels.ts'
import { type Names, namesOf } from './names.ts'
import type { RenderSettings, ScaleStep } from './rendering.ts'

/**
 * What templates of the whole Mcrouter read: what depends on the Mcrouter is decided here, what never does is in the
 * templates.
 */
export interface Model {
  readonly namespace: string
  readonly names: Names
  readonly config: Config
  readonly routers: Workload & { readonly debugFifoRoot: string }
  /** Fields of the pod specs of all tiers, each left out when empty. */
  readonly imagePullSecrets: Mcrouter['imagePullSecrets']
  readonly nodeSelector: Mcrouter['nodeSelector']
  readonly tolerations: Mcrouter['tolerations']
  /** Of every object; left out when empty, as those of pods are. */
  readonly annotations: Mcrouter['inherited']['annotations']
}

/** What templates read that are rendered once for each pool. */
export interface PoolModel extends Model {
  /** `name` is that of all its objects. */
  readonly pool: Workload & { readonly name: string; readonly minReadySeconds: number }
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
}

export function modelOf(mcrouter: Mcrouter, settings: RenderSettings): Model {
  const { routers, imagePullSecrets, nodeSelector, tolerations, inherited } = mcrouter
  return {
    namespace: mcrouter.namespace,
    names: namesOf(mcrouter),
    config: configOf(mcrouter, settings),
    routers: {
      ...labelled(mcrouter, 'mcrouter'),
      ...workloadOf(routers, routers.replicas, flagsFor(mcrouter)),
      debugFifoRoot: routers.debugFifoRoot,
    },
    imagePullSecrets,
    nodeSelector,
    tolerations,
    annotations: inherited.annotations,
  }
}

/** Of those whose servers are our own, in the order of the spec. */
export function poolModels(mcrouter: Mcrouter, model: Model, settings: RenderSettings): PoolModel[] {
  return mcrouter.pools
    .filter(({ external }) => external.length === 0)
    .map((pool) => ({
      ...model,
      pool: {
        name: poolName(mcrouter, pool.name),
        minReadySeconds: pool.minReadySeconds,
        ...labelled(mcrouter, { pool: pool.name }),
        ...workloadOf(pool, stepOf(pool, settings).servers, memcachedArgs(pool)),
      },
    }))
}

function stepOf(pool: Pool, { steps }: RenderSettings): ScaleStep {
  const servers = serversIn(pool)
  return steps?.get(pool.name) ?? { servers, routed: servers }
}

function configOf(mcrouter: Mcrouter, settings: RenderSettings): Config {
  const text = serialise(routingOf(mcrouter, settings))
  return { directory: CONFIG_DIRECTORY, key: CONFIG_KEY, text, digest: digest(text) }
}

/** What the routers of a Mcrouter are told to do with requests. */
export function routingOf(mcrouter: Mcrouter, settings: RenderSettings): McrouterConfig {
  const { clusterDomain, features = featuresOf(mcrouter.routers.release) } = settings
  const { pools } = mcrouter
  const servers = pools.map((pool) =>
    pool.external.length > 0
      ? externalNames(pool)
      : serverNames(mcrouter, pool, stepOf(pool, settings).routed, clusterDomain),
  )
  // Only the first pool is replicated, so that no other has servers that fill up.
  const filling = stepOf(pools[0], settings).filling === true
  return configFor(mcrouter, servers, { features, filling })
}

function labelled(mcrouter: Mcrouter, tier: Tier) {
  const { annotations } = mcrouter.inherited
  const labels = { ...mcrouter.inherited.labels, ...labelsOf(mcrouter, tier) }
  const podMetadata = { labels, ...(Object.keys(annotations).length > 0 && { annotations }) }
  return { labels, podMetadata, selector: selectorOf(mcrouter, tier) }
}

function workloadOf(
  { image, port, resources }: Pick<Workload, 'image' | 'port' | 'resources'>,
  replicas: number,
  args: readonly string[],
) {
  return { image, port, resources, replicas, args: args.map(verbatim) }
}

/** What memcached has of itself: not said, so that servers whose spec never said it do not restart. */
const OWN_THREADS = 4

/** memcached's short options: the same in every release and every build of it. */
function memcachedArgs({ port, memoryMb, maxItemSize, maxConnections, threads, args }: Pool): string[] {
  const served = ['-p', `${port}`, '-m', `${memoryMb}`, '-I', maxItemSize, '-c', `${maxConnections}`]
  return [...served, ...(threads === OWN_THREADS ? [] : ['-t', `${threads}`]), ...args]
}

/** Kubernetes replaces `$(NAME)` in arguments and reads `$$` as `$`: so written, an argument arrives as it is. */
function verbatim(argument: string): string {
  return argument.replaceAll('$', '$$$$')
}
