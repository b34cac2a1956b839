import { consentText, costOf } from '../../schemas/validation/consent.ts'
import type { Problem } from '../reconcile-report.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import type { Held } from '../scaling/consent.ts'

/** What was written while admission could not ask, and the annotation for all of it. */
export function consentEvent(held: readonly Held[]): ReconcilerEvent {
  return { type: 'Warning', reason: 'ConsentNeeded', note: noteOf(held) }
}

export function consentProblems(held: readonly Held[]): Problem[] {
  return held.length === 0 ? [] : [{ reason: 'ConsentNeeded', message: noteOf(held) }]
}

function noteOf(held: readonly Held[]): string {
  const costs = held.map((one) => `pool ${one.before.name} stays as it is: ${costOf(one)}`)
  return `${costs.join('; ')}; if that is meant, set this annotation and keep it until Progressing is False: ${consentText(held.map(({ change }) => change))}`
}
