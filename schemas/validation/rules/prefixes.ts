import { quote } from '../../../text/quote.ts'
import type { Violation } from '../violation.ts'
import { poolOrViolation } from './references.ts'
import type { Rule } from './rule.ts'

/** The keys of a prefix are in a pool that there is, and each prefix is there once. */
export const prefixesRule: Rule = {
  needs: 'prefixes',
  reads: ['prefixes', 'pool.name'],
  violations: (settings, { version: { fieldPath } }) =>
    settings.prefixes.flatMap(({ prefix, pool }, index, all) => {
      const path = `${fieldPath('prefixes')}[${index}]`
      const found = poolOrViolation(settings, pool, `${path}.pool`)
      const violations: Violation[] = 'violation' in found ? [found.violation] : []
      if (all.findIndex((one) => one.prefix === prefix) < index) {
        const message = `Duplicate value: ${quote(prefix)}`
        violations.push({ path: `spec.${path}.prefix`, reason: 'FieldValueDuplicate', message })
      }
      return violations
    }),
}
