import { configFor, serialise } from '../routing/config.ts'
import { digest } from '../routing/digest.ts'
import { CONFIG_DIRECTORY, CONFIG_KEY, flagsFor } from '../routing/flags.ts'
import { featuresOf } from '../routing/release.ts'
import { serverNames } from '../routing/servers.ts'
import type { Mcrouter, Resources } from '../schemas/mcrouter.ts'
import { type Component, type Labels, labelsOf, selectorOf } from './labels.ts'
import { type Names, namesOf } from './names.ts'
import type { RenderSettings, ScaleStep } from './rendering.ts'

/** All that the templates read: what depends on the Mcrouter is decided here, what never does is in the templates. */
export interface Model {
  readonly namespace: string
  readonly names: Names
  readonly config: Config
  readonly memcached: Tier
  readonly routers: Tier & { readonly debugFifoRoot: string }
  /** Fields of the pod specs of both tiers, each left out when empty. */
  readonly imagePullSecrets: Mcrouter['imagePullSecrets']
  readonly nodeSelector: Mcrouter['nodeSelector']
  readonly tolerations: Mcrouter['tolerations']
  /** Of every object; left out when empty, as those of pods are. */
  readonly annotations: Mcrouter['inherited']['annotations']
}

export interface Config {
  readonly directory: string
  readonly key: string
  readonly text: string
  /** md5 of `text` in hex. */
  readonly digest: string
}

/** The workload of one tier. */
export interface Tier {
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
  const { memcached, routers, imagePullSecrets, nodeSelector, tolerations, inherited } = mcrouter
  const step = settings.step ?? { servers: memcached.servers, routed: memcached.servers }
  return {
    namespace: mcrouter.namespace,
    names: namesOf(mcrouter),
    config: configOf(mcrouter, step, settings),
    memcached: {
      ...tierOf(mcrouter, 'memcached'),
      ...workloadOf(memcached, step.servers, memcachedArgs(mcrouter)),
    },
    routers: {
      ...tierOf(mcrouter, 'mcrouter'),
      ...workloadOf(routers, routers.replicas, flagsFor(mcrouter)),
      debugFifoRoot: routers.debugFifoRoot,
    },
    imagePullSecrets,
    nodeSelector,
    tolerations,
    annotations: inherited.annotations,
  }
}

function configOf(mcrouter: Mcrouter, step: ScaleStep, settings: RenderSettings): Config {
  const { clusterDomain, features = featuresOf(mcrouter.routers.release) } = settings
  const servers = serverNames(mcrouter, step.routed, clusterDomain)
  const text = serialise(configFor(mcrouter, servers, { features, filling: step.filling === true }))
  return { directory: CONFIG_DIRECTORY, key: CONFIG_KEY, text, digest: digest(text) }
}

function tierOf(mcrouter: Mcrouter, component: Component) {
  const { annotations } = mcrouter.inherited
  const labels = { ...mcrouter.inherited.labels, ...labelsOf(mcrouter, component) }
  const podMetadata = { labels, ...(Object.keys(annotations).length > 0 && { annotations }) }
  return { labels, podMetadata, selector: selectorOf(mcrouter, component) }
}

function workloadOf(
  { image, port, resources }: Pick<Tier, 'image' | 'port' | 'resources'>,
  replicas: number,
  args: readonly string[],
) {
  return { image, port, resources, replicas, args: args.map(verbatim) }
}

/** memcached's short options: the same in every release and every build of it. */
function memcachedArgs({ memcached }: Mcrouter): string[] {
  const { port, memoryMb, maxItemSize, maxConnections } = memcached
  return ['-p', `${port}`, '-m', `${memoryMb}`, '-I', maxItemSize, '-c', `${maxConnections}`]
}

/** Kubernetes replaces `$(NAME)` in arguments and reads `$$` as `$`: so written, an argument arrives as it is. */
function verbatim(argument: string): string {
  return argument.replaceAll('$', '$$$$')
}
