import type { ConditionType } from '../../../schemas/status/conditions.ts'
import { conditionStatus, type Statement } from './condition.ts'

type Aspect = 'Accepted' | 'ConfigApplied' | 'Available' | 'Progressing' | 'Degraded'

/** What the conditions say from which a verdict follows. */
export type Aspects = { readonly [Type in Aspect]: Statement<Type> }

/** What needs somebody's attention, and nobody's clients notice yet. */
const TOLERATED: readonly string[] = ['ReleaseDiffers', 'CertificateExpiring']

/** The reason that explains most comes first: a pod that cannot get its image is why no router is ready yet. */
export function ready(aspects: Aspects): Statement<'Ready'> {
  const { Accepted, Degraded, Progressing, Available, ConfigApplied } = aspects
  if (!is('True', 'Accepted', Accepted)) return { ...Accepted }
  if (Progressing.reason === 'Paused') return { reason: 'Paused', message: Progressing.message }
  if (is('True', 'Degraded', Degraded) && !TOLERATED.includes(Degraded.reason)) return { ...Degraded }
  if (isUnderWay(Progressing)) return { ...Progressing }
  if (!is('True', 'Available', Available)) return { ...Available }
  if (!is('True', 'ConfigApplied', ConfigApplied)) return { ...ConfigApplied }
  return { reason: 'Serving', message: Available.message }
}

/** Whether the operator works on it: https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus#conditions */
export function reconciling(aspects: Aspects): Statement<'Reconciling'> {
  const { Accepted, Progressing, ConfigApplied } = aspects
  if (is('True', 'Stalled', stalled(aspects))) {
    return { reason: 'Idle', message: 'Nothing goes on until somebody acts: see Stalled' }
  }
  if (Accepted.reason === 'NotNormalised') return { reason: 'Normalising', message: Accepted.message }
  if (isUnderWay(Progressing)) return { reason: 'Progressing', message: Progressing.message }
  if (Progressing.reason === 'Paused') return { reason: 'Idle', message: Progressing.message }
  if (ConfigApplied.reason === 'Waiting') return { reason: 'ConfigWaiting', message: ConfigApplied.message }
  return { reason: 'Idle', message: 'Nothing is being changed' }
}

/** Whether no attempt of the operator will help before somebody changes something. */
export function stalled({ Accepted, Progressing, Degraded }: Aspects): Statement<'Stalled'> {
  if (Accepted.reason === 'Invalid') return { reason: 'Invalid', message: Accepted.message }
  if (Degraded.reason === 'NameConflict') return { reason: 'NameConflict', message: Degraded.message }
  if (Degraded.reason === 'ConsentNeeded') return { reason: 'ConsentNeeded', message: Degraded.message }
  if (Progressing.reason === 'Stalled') return { reason: 'RolloutStuck', message: Progressing.message }
  return { reason: 'NotStalled', message: 'Nothing waits for somebody to act' }
}

/** An adoption may last as long as its owner likes, and everything that was asked for runs meanwhile. */
function isUnderWay(progressing: Statement<'Progressing'>): boolean {
  return is('True', 'Progressing', progressing) && progressing.reason !== 'Adopting'
}

function is(status: 'True' | 'False', type: ConditionType, { reason }: { readonly reason: string }): boolean {
  return conditionStatus(type, reason) === status
}
