import type { ReconcileReport } from '../../reconcile-report.ts'
import type { Statement } from './condition.ts'

export function accepted({ admission }: ReconcileReport): Statement<'Accepted'> {
  switch (admission.kind) {
    case 'accepted':
    case 'paused':
      return { reason: 'Valid', message: 'The spec is valid' }
    case 'normalising':
      return {
        reason: 'NotNormalised',
        message:
          admission.problem === undefined
            ? 'The spec was stored without the webhook and is being normalised'
            : `The spec was stored without the webhook and cannot be normalised: ${admission.problem}`,
      }
    case 'invalid':
      return {
        reason: 'Invalid',
        message: admission.violations.map(({ path, message }) => `${path}: ${message}`).join('; '),
      }
  }
}
