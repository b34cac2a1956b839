import { readyPods } from '../../observe/tier.ts'
import type { ReconcileReport } from '../../reconcile-report.ts'
import type { RouterState } from '../../routers/confirm.ts'
import { plural } from '../wording.ts'
import type { Statement } from './condition.ts'

export function configApplied({
  admission,
  scale,
  pods,
  outstanding,
}: ReconcileReport): Statement<'ConfigApplied'> {
  if (admission.kind === 'paused')
    return { reason: 'Paused', message: 'The configuration is left as it is, and routers are not asked' }
  if (scale === undefined) {
    return {
      reason: 'NotAccepted',
      message: 'The spec is not accepted; routers keep the configuration that they have',
    }
  }
  if (outstanding.some((object) => object.startsWith('ConfigMap ')))
    return { reason: 'Waiting', message: 'The ConfigMap is still to be changed' }
  const { confirmation, digest, overdue } = scale
  if (digest === '')
    return {
      reason: 'Waiting',
      message: 'Nothing is published before the servers are ready; routers keep what they have',
    }
  if (confirmation === undefined)
    return { reason: 'Written', message: 'The ConfigMap holds the configuration' }
  if (readyPods(pods, 'mcrouter').length === 0) {
    return { reason: 'NoRouter', message: 'No router is ready to confirm the configuration' }
  }
  const { states, since } = confirmation
  if (since !== undefined)
    return {
      reason: 'Confirmed',
      message: `${plural(states.length, 'router')} ${states.length === 1 ? 'runs' : 'run'} it`,
    }
  const behind = states.filter(({ runs }) => runs !== 'published')
  const message =
    behind.length === 0 ? 'The ConfigMap has just been written' : behind.slice(0, 5).map(sentence).join('; ')
  if (behind.some(({ runs }) => runs === 'refused')) return { reason: 'Refused', message }
  if (!overdue) return { reason: 'Waiting', message }
  return { reason: behind.some(({ runs }) => runs === 'old') ? 'OldConfig' : 'Unreachable', message }
}

function sentence(state: RouterState): string {
  switch (state.runs) {
    case 'published':
      return `${state.pod} runs it`
    case 'old':
      return `${state.pod} runs an older configuration`
    case 'refused':
      return `${state.pod} has refused it and runs an older one; kubectl logs ${state.pod} says why`
    case 'unknown':
      return `${state.pod} cannot be asked: ${state.because}`
  }
}
