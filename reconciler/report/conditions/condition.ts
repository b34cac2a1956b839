import {
  CONDITIONS,
  type ConditionType,
  type Reason,
  type ReasonOf,
} from '../../../schemas/status/conditions.ts'
import { plainText } from '../../../text/plain-text.ts'

/** What is to be said of one aspect; the status follows from the reason. */
export interface Statement<Type extends ConditionType> {
  readonly reason: ReasonOf<Type> & string
  readonly message: string
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly observedGeneration: number
  readonly lastTransitionTime: string
  readonly reason: string
  readonly message: string
}

/** A terminal's worth; the API allows 32,768 characters. */
const LONGEST = 2000

/** @param before the condition as it was: the transition time moves only when the status does */
export function condition(
  type: ConditionType,
  { reason, message }: { readonly reason: string; readonly message: string },
  generation: number,
  before: { readonly status: string; readonly lastTransitionTime: string } | undefined,
  now: string,
): Condition {
  const status = conditionStatus(type, reason)
  const line = plainText(message)
  return {
    type,
    status,
    observedGeneration: generation,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    reason,
    message: line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`,
  }
}

/** Of a condition for that reason, as the table of conditions has it. */
export function conditionStatus(type: ConditionType, reason: string): Condition['status'] {
  const reasons: Readonly<Record<string, Reason>> = CONDITIONS[type].reasons
  return reasons[reason]?.status ?? 'Unknown'
}
