import type { Mcrouter, PodSettings, Pool, Resources, SpreadConstraint } from '../schemas/mcrouter.ts'
import { ZONE_LABEL } from '../schemas/well-known.ts'
import { POOL_TLS_DIRECTORY } from './certificates.ts'
import { type Labels, labelsOf, selectorOf, type Tier } from './labels.ts'

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

/** A zone, and its place among those of the Mcrouter, from 0. */
export interface Place {
  readonly copy: number
  readonly zone: string
}

/**
 * What a tier has for its labels, and where its pods may be.
 * @param place of what is in one zone
 */
export function labelled(
  mcrouter: Mcrouter,
  tier: Tier,
  pod: PodSettings,
  place?: Place,
): Pick<Workload, 'labels' | 'podMetadata' | 'selector' | 'pod'> {
  const { inherited, routers } = mcrouter
  const labels = { ...inherited.labels, ...labelsOf(mcrouter, tier, place?.copy) }
  const annotations = { ...pod.annotations, ...inherited.annotations }
  const podMetadata = {
    labels: { ...pod.labels, ...labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
  const isSpread = tier === 'mcrouter' && routers.placement === 'Node'
  return {
    labels,
    podMetadata,
    selector: selectorOf(mcrouter, tier, place?.copy),
    pod: podFields(pod, isSpread ? [] : place === undefined ? APART : ON_NODES, place),
  }
}

/** @param ownSpread where the spec says none */
function podFields(pod: PodSettings, ownSpread: readonly SpreadConstraint[], place?: Place): PodFields {
  const { imagePullSecrets, nodeSelector: chosen, tolerations, affinity, priorityClassName } = pod
  const { topologySpreadConstraints: given } = pod
  // Beside what the spec says of affinity, which it does not widen.
  const nodeSelector = place === undefined ? chosen : { ...chosen, [ZONE_LABEL]: place.zone }
  const spread = given.length > 0 ? given : ownSpread
  return { imagePullSecrets, nodeSelector, tolerations, affinity, priorityClassName, spread }
}

/** Apart where there is room, together where there is not. */
const APART = ['kubernetes.io/hostname', ZONE_LABEL].map(apart)
const ON_NODES = ['kubernetes.io/hostname'].map(apart)

function apart(topologyKey: string): SpreadConstraint {
  return { topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }
}

export function workloadOf(
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
export function memcachedArgs({
  port,
  memoryMb,
  maxItemSize,
  maxConnections,
  threads,
  tls,
  args,
}: Pool): string[] {
  const served = ['-p', `${port}`, '-m', `${memoryMb}`, '-I', maxItemSize, '-c', `${maxConnections}`]
  const secure = tls === undefined ? [] : ['-Z', '-o', TLS_FILES]
  return [...served, ...(threads === OWN_THREADS ? [] : ['-t', `${threads}`]), ...secure, ...args]
}

/** Kubernetes replaces `$(NAME)` in arguments and reads `$$` as `$`: so written, an argument arrives as it is. */
export function verbatim(argument: string): string {
  return argument.replaceAll('$', '$$$$')
}
