import Type, { type Static } from 'typebox'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Writing } from '../validation/writing.ts'
import { zonesSaid } from './zones.ts'

// How many routers there are: so many, as many as their CPU asks for, or as many as there are nodes.

/** Of a spec that says nothing of it. No default of the schema: the API server would put it beside autoscaling. */
export const DEFAULT_REPLICAS = 2

/** The same of routers that are in some zones. */
export function defaultReplicas(zones: number): number {
  return DEFAULT_REPLICAS * Math.max(1, zones)
}

const NUMBER = { minimum: 1, maximum: 100 }

const Autoscaling = Type.Object(
  {
    min: Type.Integer({
      ...NUMBER,
      description: 'At least so many routers. With 1, clients are cut off whenever it restarts.',
    }),
    max: Type.Integer({
      ...NUMBER,
      description: 'At most so many routers. Each keeps connections to every server.',
    }),
    cpu: Type.Integer({
      minimum: 1,
      maximum: 1000,
      description:
        'CPU that routers are to use on average, in percent of their request: of 100m, unless pod.resources says otherwise.',
    }),
  },
  {
    description:
      'In place of replicas: a HorizontalPodAutoscaler adds and removes routers, from min to max. It needs the metrics of the cluster (metrics-server). A router that is removed closes the connections of its clients, which reconnect to others.',
  },
)

/** Fields of `router`. */
export const ROUTER_NUMBER = {
  placement: Type.Unsafe<'Deployment' | 'Node'>({
    type: 'string',
    enum: ['Deployment', 'Node'],
    default: 'Deployment',
    description:
      "Deployment: so many routers, wherever there is room. Node: one router on each node that pod.nodeSelector, pod.affinity and pod.tolerations allow, and a Service that prefers the router of the client's node to others (from Kubernetes 1.34 on; before, those of its zone). Each router keeps connections to every server. When it is changed, the former routers serve until the new ones are ready.",
  }),
  replicas: Type.Optional(
    Type.Integer({
      ...NUMBER,
      description:
        'Number of routers; left out beside autoscaling, and with placement Node. All are alike and hold no data; with two or more, one can fail or be replaced and clients only reconnect. Default: 2, or 2 for each zone. They are shared out over the zones evenly, and there are no fewer than zones.',
    }),
  ),
  autoscaling: Type.Optional(Autoscaling),
}

export interface RouterNumber {
  readonly placement?: 'Deployment' | 'Node'
  readonly replicas?: number
  readonly autoscaling?: Static<typeof Autoscaling>
}

/** Whether it says it in one way, as every spec does that was completed. */
export function saysNumber({ placement, replicas, autoscaling }: RouterNumber): boolean {
  return (replicas === undefined) === hasNoReplicas({ placement, autoscaling })
}

/** A spec with the default of what it leaves out. */
export function withImpliedReplicas(spec: JsonObject): JsonObject {
  const { router = {} } = spec
  if (!isJsonObject(router) || router.replicas !== undefined || hasNoReplicas(router)) return spec
  return { ...spec, router: { ...router, replicas: defaultReplicas(zonesSaid(spec)) } }
}

/** Replicas that another version has changed, win over what it has no word for; itself where that is not so. */
export function withoutOverruledNumber(spec: JsonObject): JsonObject {
  const { router } = spec
  if (!isJsonObject(router) || router.replicas === undefined || !hasNoReplicas(router)) return spec
  const { autoscaling: _, ...rest } = router
  return { ...spec, router: { ...rest, placement: 'Deployment' } }
}

/** Without replicas that were stored before, where somebody writes what takes their place and no word of them. */
export function withoutFormerReplicas(spec: JsonObject, { mergedInto, wrote }: Writing): JsonObject {
  const { router } = spec
  const before = mergedInto?.router
  if (!isJsonObject(router) || !isJsonObject(before)) return spec
  if (!hasNoReplicas(router) || hasNoReplicas(before)) return spec
  if (router.replicas !== before.replicas || wrote('router.replicas')) return spec
  const { replicas: _, ...rest } = router
  return { ...spec, router: rest }
}

function hasNoReplicas({ placement, autoscaling }: JsonObject): boolean {
  return autoscaling !== undefined || placement === 'Node'
}
