import type { JsonObject } from '../../schemas/json.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'

/** How a process stands to a Mcrouter that it works on. */
export type Claim = 'none' | 'made' | 'contested'

/** What status.operator is to be. A claim is made once by each process, or two that both work on it would take turns. */
export function operatorOf(stored: JsonObject, claim: Claim, self: string): string {
  return claim !== 'none' && typeof stored.operator === 'string' ? stored.operator : self
}

/** Who claimed it after this process did is at work on it now. Undefined when nobody has. */
export function contest(stored: JsonObject, claim: Claim, self: string): ReconcilerEvent | undefined {
  const { operator } = stored
  if (claim !== 'made' || typeof operator !== 'string' || operator === self) return undefined
  return {
    type: 'Warning',
    reason: 'SecondOperator',
    note: `mcrouter-operator ${operator} works on this Mcrouter as well as ${self}: uninstall one of the two, or give each its own namespaces (watchNamespaces)`,
  }
}
