import { quote } from '../../../text/quote.ts'
import { podsIn } from './pods-in.ts'
import type { Rule } from './rule.ts'

/** The list is a map by name in the API. */
export const secretsRule: Rule = {
  // Each list by itself: one that is unsound is empty here.
  reads: [],
  violations: (settings, { version }) =>
    podsIn(settings, 'imagePullSecrets', version).flatMap(({ value: secrets, path }) =>
      secrets.flatMap(({ name }, index) => {
        const first = secrets.findIndex((secret) => secret.name === name)
        if (first === index) return []
        const message = `Duplicate value: ${quote(name)}`
        return [{ path: `spec.${path}[${index}]`, reason: 'FieldValueDuplicate', message }]
      }),
    ),
}
