import { ACCEPTED } from './conditions/accepted.ts'
import { AVAILABLE } from './conditions/available.ts'
import { CONFIG_APPLIED } from './conditions/config-applied.ts'
import { DEGRADED } from './conditions/degraded.ts'
import { PROGRESSING } from './conditions/progressing.ts'
import { READY } from './conditions/ready.ts'
import { RECONCILING } from './conditions/reconciling.ts'
import { RUNNING } from './conditions/running.ts'
import { STALLED } from './conditions/stalled.ts'

export { type ConditionKind, type Reason, textOf } from './conditions/reason.ts'

/**
 * The conditions of a Mcrouter's status and every reason that each can carry. The reconciler sets nothing that is not
 * here, and docs/reference.md is generated from it.
 */
export const CONDITIONS = {
  Accepted: ACCEPTED,
  ConfigApplied: CONFIG_APPLIED,
  Available: AVAILABLE,
  Progressing: PROGRESSING,
  Degraded: DEGRADED,
  Running: RUNNING,
  Ready: READY,
  Reconciling: RECONCILING,
  Stalled: STALLED,
}

export type ConditionType = keyof typeof CONDITIONS

/** In the order in which a status has them. */
export const CONDITION_TYPES = [
  'Accepted',
  'ConfigApplied',
  'Available',
  'Progressing',
  'Degraded',
  'Running',
  'Ready',
  'Reconciling',
  'Stalled',
] as const satisfies readonly ConditionType[]

export type ReasonOf<Type extends ConditionType> = keyof (typeof CONDITIONS)[Type]['reasons']

/** What the Ansible operator wrote when it had nothing left to do; scripts wait for this very text. */
export const AWAITING = 'Awaiting next reconciliation'
