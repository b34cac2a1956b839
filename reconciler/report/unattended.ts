import type { EpochMs } from '../../process/clock.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { CONDITION_TYPES, type ConditionType } from '../../schemas/status/conditions.ts'
import { mergePatch } from '../kube/merge-patch.ts'
import { rfc3339 } from '../kube/time.ts'
import { records, text } from '../observe/untyped.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import { mergeAsWritten } from '../write.ts'
import { condition, type Statement } from './conditions/condition.ts'
import { amended } from './reported.ts'

type Statements = { readonly [Type in ConditionType]?: Statement<Type> }

/**
 * Says of a Mcrouter that it is looked after no more, by some of its conditions: what the others say may be long past. The event
 * tells of it once. Rejects with an ApiError.
 */
export async function sayUnattended(
  context: ReconcileContext,
  statements: Statements,
  event: ReconcilerEvent,
): Promise<void> {
  const { clock, stored, state, recordEvent } = context
  const { resourceVersion, generation = 0 } = stored.metadata
  const before = stored.status ?? {}
  const conditions = conditionsWith(before, statements, generation, clock.now())
  state.reported = amended(state.reported, conditions)
  const status = mergePatch(before, { ...before, conditions })
  if (status === undefined) return
  const patch = { metadata: { resourceVersion }, status }
  await mergeAsWritten(context, stored, patch, { subresource: 'status' })
  // What is written after it is news, and corrects nobody.
  state.statement = ''
  state.unwritten.statusWritten()
  recordEvent(event)
}

function conditionsWith(
  before: JsonObject,
  statements: Statements,
  generation: number,
  now: EpochMs,
): unknown[] {
  const stored = records(before.conditions)
  const said = CONDITION_TYPES.flatMap((type) => {
    const statement = statements[type]
    if (statement === undefined) return []
    const known = stored.find((one) => one.type === type)
    const was = known && { status: text(known.status), lastTransitionTime: text(known.lastTransitionTime) }
    return condition(type, statement, generation, was, rfc3339(now))
  })
  return [...stored.filter(({ type }) => said.every((one) => one.type !== type)), ...said]
}
