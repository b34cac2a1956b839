import { nearest } from '../../../text/nearest.ts'
import { quote } from '../../../text/quote.ts'
import type { Settings } from '../../fields.ts'
import type { Pool } from '../../mcrouter.ts'
import { isWritten } from '../pool-place.ts'
import type { Violation } from '../violation.ts'
import type { Written } from './rule.ts'

/** The pool of that name in the spec, or what is to be said where there is none. One that is made for a gutter is of that alone. */
export function poolOrViolation(
  { pools }: Settings,
  name: string,
  path: string,
  written: Written,
): { readonly pool: Pool } | { readonly violation: Violation } {
  const named = pools.filter((_, index) => isWritten(index, written))
  const pool = named.find((one) => one.name === name)
  if (pool !== undefined) return { pool }
  const names = named.map((one) => one.name)
  const near = nearest(name, names)
  const meant = near === undefined ? '' : `; did you mean ${quote(near)}?`
  const message = `Unsupported value: ${quote(name)}: supported values: ${names.map(quote).join(', ')}${meant}`
  return { violation: { path: `spec.${path}`, reason: 'FieldValueNotSupported', message } }
}
