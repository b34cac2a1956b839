import { KINDS } from '../../../render/kinds.ts'
import { serverPod } from '../../../routing/servers.ts'
import type { Pool } from '../../../schemas/mcrouter.ts'
import { lossIn } from '../../../schemas/topologies.ts'
import { secrets } from '../../kube/resources.ts'
import type { Pod } from '../../observe/pod.ts'
import { notReady, readyOrdinals, readyPods, serversOf } from '../../observe/tier.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { zonedIn } from '../../scaling/zoned-in.ts'
import { serves } from '../../vitals/pulse.ts'
import { few, plural } from '../wording.ts'
import type { Statement } from './condition.ts'

export function available({
  admission,
  scale,
  pods,
  pulses,
  faults,
}: ReconcileReport): Statement<'Available'> {
  const routers = readyPods(pods, 'mcrouter').length
  if (admission.kind === 'paused' && routers > 0)
    return {
      reason: 'Serving',
      message: `${plural(routers, 'router')} ready; what servers lack is not told while paused`,
    }
  if (admission.kind === 'paused') return { reason: 'NoRouter', message: 'No router is ready' }
  if (admission.kind !== 'accepted' || scale === undefined) return unaccepted(pods.length, routers)
  const taken = faults.find(isInTheWay)
  if (taken !== undefined) return { reason: 'NameConflict', message: taken.message }
  if (routers === 0) return { reason: 'NoRouter', message: 'No router is ready' }
  const answering = (pod: Pod) => pulses === undefined || serves(pulses, pod)
  const answeringRouters = readyPods(pods.filter(answering), 'mcrouter').length
  if (answeringRouters === 0) {
    return { reason: 'RoutersNotAnswering', message: `${plural(routers, 'router')} ready, and none answers` }
  }
  const { name, pools } = admission.mcrouter
  const met = pools.map((pool) => {
    const step = scale.pools.find((one) => one.name === pool.name)?.step
    const [routed, zoned] = [step?.routed ?? 0, zonedIn(pools, pool.name, step)]
    return { pool, zoned, routed, ...lackingIn(pool, routed, zoned, pods, answering) }
  })
  for (const { pool, zoned, routed, absent, missing } of met) {
    if (isEnough(zoned === 0 ? pool : { ...pool, copies: zoned }, routed, missing)) continue
    const lacking = few(missing.map((ordinal) => serverPod({ name }, pool.name, ordinal, zoned)))
    const servers = `${plural(missing.length, 'server')} of ${routed}`
    return absent.length < missing.length
      ? { reason: 'ServersNotAnswering', message: `${servers} not answering: ${lacking}` }
      : { reason: 'ServersNotReady', message: `${servers} not ready on port ${pool.port}: ${lacking}` }
  }
  const routed = met.reduce((sum, one) => sum + one.routed, 0)
  const ready = met.reduce((sum, one) => sum + one.routed - one.missing.length, 0)
  return {
    reason: 'Serving',
    message: `${plural(answeringRouters, 'router')} and ${ready} of ${plural(routed, 'server')} are ready`,
  }
}

/** Whether every key can be read and written without these servers: of shards in copies, each shard may lack what its copies allow. */
function isEnough(
  pool: Pick<Pool, 'shards' | 'copies' | 'topology'>,
  routed: number,
  missing: readonly number[],
): boolean {
  const { shards, copies } = pool
  const { tolerated } = lossIn(pool)
  if (shards === 1 || copies === 1) return missing.length <= tolerated(routed)
  const lacking = new Map<number, number>()
  for (const ordinal of missing) {
    const shard = Math.floor(ordinal / copies)
    lacking.set(shard, (lacking.get(shard) ?? 0) + 1)
  }
  return [...lacking.values()].every((servers) => servers <= tolerated(copies))
}

/** Ordinals of the servers of a pool that are not where routers look for them, and of those that do not answer there. */
function lackingIn(
  { name, port }: Pool,
  routed: number,
  zoned: number,
  pods: readonly Pod[],
  answering: (pod: Pod) => boolean,
): { readonly absent: readonly number[]; readonly missing: readonly number[] } {
  // One that has yet to restart for another port does not listen where routers look for it.
  const servers = serversOf(pods, name).filter((pod) => pod.port === port)
  return {
    absent: notReady(readyOrdinals(servers, name, zoned), routed),
    missing: notReady(readyOrdinals(servers.filter(answering), name, zoned), routed),
  }
}

/** Whether clients or routers may reach somebody else's object: then our ready pods do not say what they get. Nothing mounts a Secret of others. */
function isInTheWay({ reason, kind }: Problem): boolean {
  return reason === 'NameConflict' && kind !== secrets.kind && KINDS.get(kind ?? '')?.inRequestPath !== false
}

/** The objects of an earlier spec go on serving, but how many pods would be enough is unknown. */
function unaccepted(pods: number, routers: number): Statement<'Available'> {
  if (pods === 0) return { reason: 'NotAccepted', message: 'No spec has been accepted yet, so nothing runs' }
  return routers === 0
    ? { reason: 'NoRouter', message: 'No router is ready' }
    : {
        reason: 'Serving',
        message: `${plural(routers, 'router')} of an earlier spec ${routers === 1 ? 'is' : 'are'} ready`,
      }
}
