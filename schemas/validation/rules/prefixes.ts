import { quote } from '../../../text/quote.ts'
import { keyPrefixComplaint } from '../../formats/key-prefix.ts'
import { poolOrViolation } from './references.ts'
import { invalid, type Rule } from './rule.ts'

/** The keys of a prefix are in a pool that there is. */
const pools: Rule = {
  needs: 'prefixes',
  reads: ['prefixes', 'pool.name'],
  violations: (settings, written) =>
    settings.prefixes.flatMap(({ pool }, index) => {
      const path = `${written.version.fieldPath('prefixes')}[${index}].pool`
      const found = poolOrViolation(settings, pool, path, written)
      return 'violation' in found ? [found.violation] : []
    }),
}

/** Each prefix is there once, and one that mcrouter looks for. */
const texts: Rule = {
  needs: 'prefixes',
  reads: ['prefixes'],
  violations: ({ prefixes }, { version: { fieldPath } }) =>
    prefixes.flatMap(({ prefix }, index) => {
      const path = `${fieldPath('prefixes')}[${index}].prefix`
      const complaint = keyPrefixComplaint(prefix)
      const violations = complaint === undefined ? [] : [invalid(path, `${quote(prefix)}: ${complaint}`)]
      if (prefixes.findIndex((one) => one.prefix === prefix) === index) return violations
      const message = `Duplicate value: ${quote(prefix)}`
      return [...violations, { path: `spec.${path}`, reason: 'FieldValueDuplicate' as const, message }]
    }),
}

export const prefixesRules: readonly Rule[] = [pools, texts]
