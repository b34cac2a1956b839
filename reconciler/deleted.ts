import type { JsonObject } from '../schemas/json.ts'
import { keyOf } from './kube/key.ts'
import { mergePatch } from './kube/merge-patch.ts'
import { mcrouters } from './kube/resources.ts'
import { rfc3339 } from './kube/time.ts'
import { records, text } from './observe/untyped.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import { condition } from './report/conditions/condition.ts'

/** The garbage collector's own, which take a moment: k8s.io/apimachinery pkg/apis/meta/v1/types.go. */
const GARBAGE_COLLECTION: readonly unknown[] = ['orphan', 'foregroundDeletion']

/**
 * Says of a Mcrouter that is being deleted and that somebody's finalizer keeps that it is looked after no more: what its
 * conditions say of it may be long past. Rejects with an ApiError.
 */
export async function sayAbandoned(
  { api, mcrouter, signal, recordEvent }: ReconcileContext,
  now: number,
): Promise<void> {
  const { finalizers, resourceVersion, generation = 0 } = mcrouter.metadata
  const keeping = (Array.isArray(finalizers) ? finalizers : []).filter(
    (one) => !GARBAGE_COLLECTION.includes(one),
  )
  if (keeping.length === 0) return
  const message = `It is being deleted and stays until its finalizers are gone: ${keeping.join(', ')}. What runs of it stays for as long, and is neither changed nor repaired any more`
  const before = mcrouter.status ?? {}
  const patch = mergePatch(before, { ...before, conditions: abandoned(before, message, generation, now) })
  if (patch === undefined) return
  await api.merge(
    mcrouters,
    keyOf(mcrouter),
    { metadata: { resourceVersion }, status: patch },
    { subresource: 'status', signal },
  )
  recordEvent({ type: 'Warning', reason: 'Abandoned', note: message })
}

function abandoned(before: JsonObject, message: string, generation: number, now: number): unknown[] {
  const stored = records(before.conditions)
  const said = (['Degraded', 'Ready'] as const).map((type) => {
    const known = stored.find((one) => one.type === type)
    const was = known && { status: text(known.status), lastTransitionTime: text(known.lastTransitionTime) }
    return condition(type, { reason: 'Deleting', message }, generation, was, rfc3339(now))
  })
  return [...stored.filter(({ type }) => type !== 'Degraded' && type !== 'Ready'), ...said]
}
