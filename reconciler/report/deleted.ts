import type { ReconcileContext } from '../reconcile-context.ts'
import { sayUnattended } from './unattended.ts'

/** The garbage collector's own, which take a moment: k8s.io/apimachinery pkg/apis/meta/v1/types.go. */
const GARBAGE_COLLECTION: readonly unknown[] = ['orphan', 'foregroundDeletion']

/**
 * Says that a Mcrouter is no longer looked after: it is being deleted, and somebody's finalizer keeps it. Its conditions may
 * be long out of date. Rejects with an ApiError.
 */
export async function sayAbandoned(context: ReconcileContext): Promise<void> {
  const { finalizers } = context.mcrouter.metadata
  const keeping = (Array.isArray(finalizers) ? finalizers : []).filter(
    (one) => !GARBAGE_COLLECTION.includes(one),
  )
  if (keeping.length === 0) return
  const message = `It is being deleted and stays until its finalizers are gone: ${keeping.join(', ')}. What runs of it stays for as long, and is neither changed nor repaired any more`
  const statement = { reason: 'Deleting', message } as const
  const event = { type: 'Warning', reason: 'Abandoned', note: message } as const
  await sayUnattended(context, { Degraded: statement, Ready: statement }, event)
}
