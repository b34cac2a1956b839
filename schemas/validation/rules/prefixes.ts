import { quote } from '../../../text/quote.ts'
import { keyPrefixComplaint } from '../../formats/key-prefix.ts'
import type { Violation } from '../violation.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type Rule } from './rule.ts'

/** The keys of a prefix are in a pool that there is, and each prefix is there once and one that mcrouter looks for. */
export const prefixesRule: Rule = {
  needs: 'prefixes',
  reads: ['prefixes', 'pool.name'],
  violations: (settings, written) =>
    settings.prefixes.flatMap(({ prefix, pool }, index, all) => {
      const path = `${written.version.fieldPath('prefixes')}[${index}]`
      const found = poolOrViolation(settings, pool, `${path}.pool`, written)
      const violations: Violation[] = 'violation' in found ? [found.violation] : []
      const complaint = keyPrefixComplaint(prefix)
      if (complaint !== undefined)
        violations.push(invalid(`${path}.prefix`, `${quote(prefix)}: ${complaint}`))
      if (all.findIndex((one) => one.prefix === prefix) < index) {
        const message = `Duplicate value: ${quote(prefix)}`
        violations.push({ path: `spec.${path}.prefix`, reason: 'FieldValueDuplicate', message })
      }
      return violations
    }),
}
