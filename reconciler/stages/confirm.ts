import { selectorOf } from '../../render/labels.ts'
import { routerPorts } from '../../render/ports.ts'
import { routedLayout } from '../../routing/routed.ts'
import { serverNames } from '../../routing/servers.ts'
import { isExternal, isZoned, type Layout } from '../../schemas/layout.ts'
import type { ExternalServer, Mcrouter } from '../../schemas/mcrouter.ts'
import { isAdopting, retire, retiringIn } from '../adoption/index.ts'
import { labelSelector } from '../kube/paths.ts'
import { type RefusedServers, refusedServers } from '../observe/refused-servers.ts'
import { notReady, readyOrdinals } from '../observe/tier.ts'
import { type Unmounted, unmounted } from '../observe/unmounted.ts'
import { availableIn, routersIn, wantedRouters } from '../observe/workload.ts'
import { areCurrent } from '../plan/fence.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { PoolReport, ScaleReport } from '../reconcile-report.ts'
import { askFor } from '../routers/confirm.ts'
import { type Confirmation, servingRouters } from '../routers/confirmation.ts'
import { nudge } from '../routers/nudge.ts'
import { isOfRemovedPool } from '../scaling/removal.ts'
import { type PoolScaling, type Scaling, stepsOf } from '../scaling/scaling.ts'
import { zonedIn } from '../scaling/zoned-in.ts'
import type { PlanApplied } from './apply.ts'

export interface Confirmed extends PlanApplied {
  readonly scale: ScaleReport
  /** Servers that the API server does not let come into being. */
  readonly refused: RefusedServers
  /** Secrets that pods wait for. */
  readonly waiting: Unmounted
  /** Whether routers of the Ansible operator are on their way out. */
  readonly retiring: boolean
}

/** Looks what came of what was applied, and hastens what is behind. Rejects with an ApiError. */
export async function confirm(context: ReconcileContext, applied: PlanApplied): Promise<Confirmed> {
  const { stored } = context
  const { pods, now } = applied
  const retiring = retiringIn(stored).length > 0 && isServing(applied) && !(await retire(context))
  const refused = await refusedServers(context, applied.applied.children, pods)
  const waiting = await unmounted(context, applied.mcrouter, pods)
  const scale = scaleReport(context, applied)
  await nudge(context, pods, scale.confirmation?.states ?? [], scale, now)
  return { ...applied, scale, refused, waiting, retiring }
}

/** Whether new routers are there and find every server that they are to use. */
function isServing({ mcrouter, applied, pods, scaling }: PlanApplied): boolean {
  const routers = routersIn(applied.children, mcrouter)
  const unready = [...stepsOf(scaling)].flatMap(([pool, step]) =>
    notReady(readyOrdinals(pods, pool, zonedIn(mcrouter.pools, pool, step)), step.routed),
  )
  return routers.length > 0 && routers.every((one) => availableIn(one) > 0) && unready.length === 0
}

function scaleReport(
  { mcrouter: stored, settings, confirm }: ReconcileContext,
  { mcrouter, pods, scaling, applied: { children } }: PlanApplied,
): ScaleReport {
  const { name, namespace, pools, routers } = mcrouter
  const [main] = pools
  const step = stepsOf(scaling).get(main.name)
  const routed = step?.routed ?? 0
  const digest = children.find(({ published }) => published !== undefined)?.published?.digest ?? ''
  const republished = digest !== scaling.published?.digest
  const behind: Confirmation = {
    states: servingRouters(pods).map(({ pod }) => ({ pod, runs: 'old' })),
    since: undefined,
  }
  return {
    pools: scaling.pools.map(poolReport),
    adopting: isAdopting(stored, pods),
    servers: serverNames(mcrouter, main, routed, settings.clusterDomain, zonedIn(pools, main.name, step)),
    layouts: layoutsOf(mcrouter, scaling),
    external: externalOf(mcrouter, scaling),
    endpoint: `${name}.${namespace}.svc.${settings.clusterDomain}:${routerPorts(routers)[0].port}`,
    selector: labelSelector(selectorOf(mcrouter, { pool: main.name }, isZoned(main) ? 0 : undefined)),
    zones: zonesOf(mcrouter, scaling),
    main,
    routers: wantedRouters(routers, children),
    digest,
    current: areCurrent(
      children.filter((child) => !isOfRemovedPool(mcrouter, child)),
      stored,
    ),
    confirmation: askFor(confirm, mcrouter) && (republished ? behind : scaling.confirmation),
    overdue: scaling.overdue && !republished,
  }
}

/** A pool that the spec no longer has is routed to no more. */
function layoutsOf({ pools }: Mcrouter, scaling: Scaling): ReadonlyMap<string, Layout> {
  const steps = stepsOf(scaling)
  const layouts = pools.flatMap((pool): [string, Layout][] => {
    const step = steps.get(pool.name)
    if (isExternal(pool) || step === undefined || step.routed === 0) return []
    return [[pool.name, routedLayout(pool, step.routed, step.copies)]]
  })
  return new Map(layouts)
}

/** Of own pools whose copies are in zones, those of the copies that routers use. */
function zonesOf({ pools }: Mcrouter, scaling: Scaling): ReadonlyMap<string, readonly string[]> {
  const steps = stepsOf(scaling)
  const zones = pools.flatMap(({ name, zones }): [string, readonly string[]][] => {
    const zoned = zonedIn(pools, name, steps.get(name))
    return zoned === 0 ? [] : [[name, Array.from({ length: zoned }, (_, copy) => zones[copy] ?? '')]]
  })
  return new Map(zones)
}

function externalOf({ pools }: Mcrouter, scaling: Scaling): ReadonlyMap<string, readonly ExternalServer[]> {
  const steps = stepsOf(scaling)
  const external = pools.flatMap((pool): [string, readonly ExternalServer[]][] => {
    const servers = isExternal(pool) ? pool.external : (steps.get(pool.name)?.external ?? [])
    return servers.length === 0 ? [] : [[pool.name, servers]]
  })
  return new Map(external)
}

function poolReport({ name, pool, next }: PoolScaling): PoolReport {
  const { running, wanted } = pool
  return { name, step: next.step, wait: next.wait, running, wanted }
}
