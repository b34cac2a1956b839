import type { EpochMs } from '../../process/clock.ts'
import { externalNames } from '../../routing/servers.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { serversIn } from '../../schemas/layout.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { scaleSelector, selectsOrdinals, serversOfOne } from '../../schemas/scale-selector.ts'
import { CONDITION_TYPES, type ConditionType } from '../../schemas/status/conditions.ts'
import { LISTED_SERVERS, type McrouterStatus } from '../../schemas/status/status.ts'
import { rfc3339 } from '../kube/time.ts'
import type { Child } from '../observe/child.ts'
import { layoutsIn } from '../observe/last-status.ts'
import { readyPods, readyServers } from '../observe/tier.ts'
import { records, text } from '../observe/untyped.ts'
import { statefulSetOf } from '../observe/workload.ts'
import type { ReconcileReport, ScaleReport } from '../reconcile-report.ts'
import { accepted } from './conditions/accepted.ts'
import { available } from './conditions/available.ts'
import { type Condition, condition, type Statement } from './conditions/condition.ts'
import { configApplied } from './conditions/config-applied.ts'
import { degraded } from './conditions/degraded.ts'
import { progressing } from './conditions/progressing.ts'
import { type Aspects, ready, reconciling, stalled } from './conditions/ready.ts'
import { running } from './conditions/running.ts'
import { instancesOf } from './instances.ts'

/**
 * The status that says what a pass found.
 *
 * @param before the status as it is stored: while the spec is not accepted, what follows from a spec stays as it was
 */
export function statusOf(findings: ReconcileReport, before: JsonObject, now: EpochMs): JsonObject {
  const { generation, pods, pulses, scale } = findings
  const servers = counted(findings)?.status.replicas ?? 0
  const status: McrouterStatus = {
    observedGeneration: generation,
    conditions: conditionsOf(findings, before, now),
    replicas: Math.floor(servers / (scale === undefined ? countedBefore(before) : serversOfOne(scale.main))),
    readyServers: readyServers(pods, MAIN_POOL).length,
    readyRouters: readyPods(pods, 'mcrouter').length,
    ...(scale && scaleStatus(findings, scale)),
    ...(pulses && { instances: instancesOf(pods, pulses) }),
  }
  return scale === undefined ? { ...before, ...status } : { ...status }
}

/** The StatefulSet of the main pool whose servers a scale counts: that of the first copy where copies are in zones. */
function counted({ name, children, scale }: ReconcileReport): Child | undefined {
  const [plain, first] = [undefined, 0].map((copy) => statefulSetOf({ name }, MAIN_POOL, children, copy))
  return scale?.main.zones?.length ? first : (plain ?? first)
}

/** Servers that count as one, as a status says that has it from a spec that was accepted. */
function countedBefore(status: JsonObject): number {
  return selectsOrdinals(status.selector) ? (layoutsIn(status)?.get(MAIN_POOL)?.copies ?? 1) : 1
}

/** The reason that a stored status gives for a condition; undefined when it has no such condition. */
export function reasonIn(status: JsonObject, type: string): string | undefined {
  const found = records(status.conditions).find((one) => one.type === type)
  return found && text(found.reason)
}

function conditionsOf(findings: ReconcileReport, before: JsonObject, now: EpochMs): Condition[] {
  const progress = progressing(findings, reasonIn(before, 'Progressing'))
  const aspects: Aspects = {
    Accepted: accepted(findings),
    ConfigApplied: configApplied(findings),
    Available: available(findings),
    Progressing: progress,
    Degraded: degraded(findings, progress.reason, now),
  }
  const statements: { readonly [Type in ConditionType]: Statement<Type> } = {
    ...aspects,
    Running: running(findings),
    Ready: ready(aspects),
    Reconciling: reconciling(aspects),
    Stalled: stalled(aspects),
  }
  const stored = records(before.conditions)
  return CONDITION_TYPES.map((type) => {
    const statement = statements[type]
    const known = stored.find((one) => one.type === type)
    const was = known && { status: text(known.status), lastTransitionTime: text(known.lastTransitionTime) }
    return condition(type, statement, findings.generation, was, rfc3339(now))
  })
}

function scaleStatus({ pods }: ReconcileReport, scale: ScaleReport): McrouterStatus {
  const {
    endpoint,
    servers,
    layouts,
    zones,
    external,
    selector,
    main,
    digest,
    confirmation,
    pools,
    routers,
  } = scale
  const since = confirmation?.since
  const current = confirmation?.states.filter(({ runs }) => runs === 'published').length
  return {
    endpoint,
    servers: servers.slice(0, LISTED_SERVERS),
    routedServers: servers.length,
    pools: [
      ...[...layouts].map(([name, layout]) => ({
        name,
        routedServers: serversIn(layout),
        copies: layout.copies,
        ...(zones?.has(name) && { zones: [...(zones.get(name) ?? [])] }),
      })),
      ...[...external].map(([name, servers]) => ({ name, external: externalNames({ external: servers }) })),
    ],
    selector: scaleSelector(selector, main),
    ready: {
      servers: `${readyServers(pods, MAIN_POOL).length}/${pools.find(({ name }) => name === MAIN_POOL)?.wanted ?? 0}`,
      routers: `${readyPods(pods, 'mcrouter').length}/${routers}`,
    },
    config: {
      digest,
      ...(confirmation && { routers: `${current}/${confirmation.states.length}` }),
      ...(since !== undefined && { since: rfc3339(since) }),
    },
  }
}
