import { KINDS } from '../../render/kinds.ts'
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../schemas/well-known.ts'
import { pods, replicaSets } from '../kube/resources.ts'
import { MOST_PARTS } from '../observe/caches.ts'
import { MOST_OF_POOLS } from '../observe/children.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { sayUnattended } from './unattended.ts'

const LISTED = [pods, replicaSets, ...KINDS.values()].map(({ plural }) => plural).join(',')

/**
 * Says of a Mcrouter with more objects than it can have that it is looked after no more, and answers with that.
 * Rejects with an ApiError.
 */
export async function sayCrowded(context: ReconcileContext): Promise<string> {
  const { namespace, name } = context.mcrouter.metadata
  const message = `More objects than can be its have the labels of Mcrouter ${namespace}/${name} or name it as their controller (over ${MOST_PARTS}, or over ${MOST_OF_POOLS} called as those of further pools): nothing of it is changed or repaired until those that are not its are deleted. kubectl -n ${namespace} get ${LISTED} -l ${MANAGED_BY_LABEL}=${MANAGED_BY} lists them`
  const statement = { reason: 'TooManyObjects', message } as const
  const idle = { reason: 'Idle', message: 'Nothing goes on until somebody acts: see Stalled' } as const
  const statements = { Degraded: statement, Ready: statement, Reconciling: idle, Stalled: statement }
  const event = { type: 'Warning', reason: 'TooManyObjects', note: message } as const
  await sayUnattended(context, statements, event)
  return message
}
