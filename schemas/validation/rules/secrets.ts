import { quote } from '../../../text/quote.ts'
import type { Rule } from './rule.ts'

/** The list is a map by name in the API. */
export const secretsRule: Rule = {
  reads: ['imagePullSecrets'],
  violations: ({ imagePullSecrets }, { version }) =>
    imagePullSecrets.flatMap(({ name }, index) => {
      const first = imagePullSecrets.findIndex((secret) => secret.name === name)
      if (first === index) return []
      const path = `spec.${version.fieldPath('imagePullSecrets')}[${index}]`
      return [{ path, reason: 'FieldValueDuplicate', message: `Duplicate value: ${quote(name)}` }]
    }),
}
