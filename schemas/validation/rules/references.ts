import { nearest } from '../../../text/nearest.ts'
import { quote } from '../../../text/quote.ts'
import type { Settings } from '../../fields.ts'
import type { Pool } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'

/** The pool of that name, or what is to be said where there is none. */
export function poolOrViolation(
  { pools }: Settings,
  name: string,
  path: string,
): { readonly pool: Pool } | { readonly violation: Violation } {
  const pool = pools.find((one) => one.name === name)
  if (pool !== undefined) return { pool }
  const names = pools.map((one) => one.name)
  const near = nearest(name, names)
  const meant = near === undefined ? '' : `; did you mean ${quote(near)}?`
  const message = `Unsupported value: ${quote(name)}: supported values: ${names.map(quote).join(', ')}${meant}`
  return { violation: { path: `spec.${path}`, reason: 'FieldValueNotSupported', message } }
}
