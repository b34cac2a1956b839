import { INSTANCE_LABEL } from '../../schemas/well-known.ts'
import { MOST_PARTS } from '../observe/caches.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { sayUnattended } from './unattended.ts'

/**
 * Says of a Mcrouter with more objects than it can have that it is looked after no more, and answers with that.
 * Rejects with an ApiError.
 */
export async function sayCrowded(context: ReconcileContext): Promise<string> {
  const { namespace, name } = context.mcrouter.metadata
  const message = `More than ${MOST_PARTS} objects have the labels of Mcrouter ${namespace}/${name}, which cannot all be its: nothing of it is changed or repaired until those that are not are deleted. kubectl -n ${namespace} get pods,replicasets,configmaps -l ${INSTANCE_LABEL}=${name} lists them`
  const statement = { reason: 'TooManyObjects', message } as const
  const idle = { reason: 'Idle', message: 'Nothing goes on until somebody acts: see Stalled' } as const
  const statements = { Degraded: statement, Ready: statement, Reconciling: idle, Stalled: statement }
  const event = { type: 'Warning', reason: 'TooManyObjects', note: message } as const
  await sayUnattended(context, statements, event)
  return message
}
