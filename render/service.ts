import { zonesIn } from '../schemas/layout.ts'
import type { Mcrouter, ServiceSettings } from '../schemas/mcrouter.ts'
import { type Labels, labelsOf } from './labels.ts'

/** https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution; on by default from Kubernetes 1.34 on. */
const PREFER_SAME_NODE = 'PreferSameNode'

/** The same of zones. Of PreferClose, which means it from 1.31 on, a newer Kubernetes warns with each write. */
const PREFER_SAME_ZONE = 'PreferSameZone'

/** The Service of the routers. */
export interface Service {
  readonly labels: Labels
  readonly annotations: Labels
  readonly type: ServiceSettings['type']
  /** Fields of its spec that are there where they are given. */
  readonly more: Readonly<
    Partial<
      Pick<ServiceSettings, 'ipFamilyPolicy' | 'loadBalancerClass' | 'externalTrafficPolicy'> & {
        readonly trafficDistribution: typeof PREFER_SAME_NODE | typeof PREFER_SAME_ZONE
      }
    >
  >
}

export function serviceOf(mcrouter: Mcrouter): Service {
  const { inherited, routers, pools } = mcrouter
  const { type, labels, annotations, ipFamilyPolicy, loadBalancerClass, externalTrafficPolicy } =
    routers.service
  return {
    labels: { ...labels, ...inherited.labels, ...labelsOf(mcrouter, 'mcrouter') },
    annotations: { ...annotations, ...inherited.annotations },
    type,
    more: {
      ...(ipFamilyPolicy !== undefined && { ipFamilyPolicy }),
      ...(loadBalancerClass !== undefined && { loadBalancerClass }),
      ...(externalTrafficPolicy !== undefined && { externalTrafficPolicy }),
      // Not internalTrafficPolicy Local, which drops what comes from a node without a router that is ready.
      ...(routers.placement === 'Node' && { trafficDistribution: PREFER_SAME_NODE }),
      ...(zonesIn(pools).length > 0 && { trafficDistribution: PREFER_SAME_ZONE }),
    },
  }
}
