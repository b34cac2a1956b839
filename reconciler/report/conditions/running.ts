import { AWAITING } from '../../../schemas/status/conditions.ts'
import type { ReconcileReport } from '../../reconcile-report.ts'
import type { Statement } from './condition.ts'

/** As the Ansible operator had it: Successful once all is applied, whatever the pods do. */
export function running({ admission, faults, outstanding, scale }: ReconcileReport): Statement<'Running'> {
  if (admission.kind === 'invalid') return { reason: 'Failed', message: 'The spec is not accepted' }
  const failed = faults.find(({ reason }) => reason === 'ApplyFailed' || reason === 'NameConflict')
  if (failed !== undefined) return { reason: 'Failed', message: failed.message }
  if (admission.kind === 'paused') return { reason: 'Running', message: 'Paused' }
  if (
    admission.kind === 'normalising' ||
    scale?.pools.some(({ wait }) => wait !== undefined) ||
    outstanding.length > 0
  )
    return { reason: 'Running', message: 'Running reconciliation' }
  return { reason: 'Successful', message: AWAITING }
}
