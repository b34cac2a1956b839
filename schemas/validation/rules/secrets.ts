import { quote } from '../../../text/quote.ts'
import type { Rule } from './rule.ts'

/** The list is a map by name in the API. */
export const secretsRule: Rule = {
  reads: ['image_pull_secrets'],
  violations: ({ image_pull_secrets: secrets = [] }) =>
    secrets.flatMap(({ name }, index) => {
      const first = secrets.findIndex((secret) => secret.name === name)
      if (first === index) return []
      const path = `spec.image_pull_secrets[${index}]`
      return [{ path, reason: 'FieldValueDuplicate', message: `Duplicate value: ${quote(name)}` }]
    }),
}
