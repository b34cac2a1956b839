import { isExternal, serversIn } from '../../../schemas/layout.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { ADOPT_ANNOTATION } from '../../../schemas/well-known.ts'
import type { Child } from '../../observe/child.ts'
import type { Pod } from '../../observe/pod.ts'
import { readyPods, readyServers } from '../../observe/tier.ts'
import {
  isRollingOut,
  isSettling,
  isUnseen,
  routersIn,
  routerWorkloads,
  stall,
} from '../../observe/workload.ts'
import { oldestGeneration } from '../../plan/fence.ts'
import type { PoolReport, ReconcileReport } from '../../reconcile-report.ts'
import { few, plural, titleOfPool } from '../wording.ts'
import type { Statement } from './condition.ts'

/** @param before the reason in the stored status; undefined for a new Mcrouter */
export function progressing(findings: ReconcileReport, before: string | undefined): Statement<'Progressing'> {
  const { admission, scale, children, pods } = findings
  if (admission.kind === 'paused') return { reason: 'Paused', message: pausedMessage(children) }
  if (admission.kind !== 'accepted' || scale === undefined) {
    return { reason: 'NotAccepted', message: 'Nothing is changed before the spec is accepted' }
  }
  for (const pool of scale.pools) {
    const scaling = scalingOf(pool)
    if (scaling !== undefined) return { ...scaling, message: `${titleOfPool(pool.name)}${scaling.message}` }
  }
  const routers = routerWorkloads(children)
  const stuck = routers.map(stall).find((why) => why !== undefined)
  if (stuck !== undefined) return { reason: 'Stalled', message: stuck }
  // An adoption may last as long as its owner likes: what else is under way comes first.
  if (scale.adopting) {
    return {
      reason: 'Adopting',
      message: `Pods of the Ansible operator keep running; with the annotation ${ADOPT_ANNOTATION}=roll they are replaced one by one`,
    }
  }
  const workloads = children.filter(({ kind }) => WORKLOADS.has(kind))
  const rolling = workloads.filter(
    (child) => isRollingOut(child) || (before === 'RollingOut' && isSettling(child)),
  )
  const isNew = before === undefined || before === 'Creating'
  if (isNew && !isComplete(pods, admission.mcrouter, scale.routers)) {
    return { reason: 'Creating', message: 'The first pods start' }
  }
  const next = routersIn(children, admission.mcrouter)
  const former = routers.filter((one) => !next.includes(one))
  if (former.length > 0 && next.length > 0) {
    const [serves, does] = [former, next].map(({ length }) => (length === 1 ? 'serves' : 'serve'))
    const [before, after] = [former, next].map((all) => few(all.map(titleOf)))
    const until = does === 'serves' ? 'does' : 'do'
    return { reason: 'RollingOut', message: `${before} ${serves} until ${after} ${until}` }
  }
  if (rolling.length > 0) {
    return {
      reason: 'RollingOut',
      message: `${few(rolling.map(titleOf))} ${rolling.length === 1 ? 'replaces its' : 'replace their'} pods`,
    }
  }
  const outstanding = [...findings.outstanding, ...workloads.filter(isUnseen).map(titleOf)]
  if (outstanding.length > 0) {
    return { reason: 'Applying', message: `${few(outstanding)} still to be changed` }
  }
  return { reason: 'Complete', message: 'Nothing is being changed' }
}

const WORKLOADS: ReadonlySet<string> = new Set(['DaemonSet', 'Deployment', 'StatefulSet'])

function pausedMessage(children: readonly Child[]): string {
  const generation = oldestGeneration(children)
  const since =
    generation === undefined ? 'there are none yet' : `the oldest are of generation ${generation} of the spec`
  return `Paused: nothing is done to its objects; ${since}`
}

function titleOf({ kind, metadata }: Child): string {
  return `${kind} ${metadata.name}`
}

function isComplete(pods: readonly Pod[], { pools }: Mcrouter, routers: number): boolean {
  return (
    pools.every((pool) => isExternal(pool) || readyServers(pods, pool.name).length >= serversIn(pool)) &&
    readyPods(pods, 'mcrouter').length >= Math.max(routers, 1)
  )
}

function serverIn(ordinal: number, copy: number | undefined): string {
  return copy === undefined ? `server ${ordinal}` : `server ${ordinal} of copy ${copy}`
}

function scalingOf({ step, wait, running, wanted }: PoolReport): Statement<'Progressing'> | undefined {
  if (wait?.for === 'servers') {
    return {
      reason: 'Growing',
      message: `To ${plural(wanted, 'server')}: waiting for ${few(wait.ordinals.map((ordinal) => serverIn(ordinal, wait.copy)))} to be ready and in DNS; routers use ${step.routed}`,
    }
  }
  if (wait === undefined || running <= wanted) return undefined
  if (wait.for === 'grace') {
    return {
      reason: 'Shrinking',
      message: `To ${plural(wanted, 'server')}: no router uses more; the others go in a moment`,
    }
  }
  return wait.overdue
    ? {
        reason: 'WaitingForRouters',
        message: `To ${plural(wanted, 'server')}: ${running} keep running until every router has confirmed that it uses ${wanted}`,
      }
    : {
        reason: 'Shrinking',
        message: `To ${plural(wanted, 'server')}: waiting for routers to confirm that they use no more`,
      }
}
