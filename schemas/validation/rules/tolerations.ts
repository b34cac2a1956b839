import { quote } from '../../../text/quote.ts'
import type { Toleration } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { podsIn } from './pods-in.ts'
import { invalid, type Rule } from './rule.ts'

/** As Kubernetes validates them in a pod (pkg/apis/core/validation/validation.go: ValidateTolerations). */
export const tolerationsRule: Rule = {
  // Each list by itself: one that is unsound is empty here.
  reads: [],
  violations: (settings, { version }) =>
    podsIn(settings, 'tolerations', version).flatMap(({ value, path }) =>
      value.flatMap((toleration, index) => violationsOf(toleration, `${path}[${index}]`)),
    ),
}

function violationsOf(
  { key, operator, value, effect, tolerationSeconds }: Toleration,
  path: string,
): Violation[] {
  const violations: Violation[] = []
  if (!key && operator !== 'Exists') {
    violations.push(
      invalid(`${path}.operator`, `${quote(operator ?? '')}: must be "Exists" when there is no key`),
    )
  }
  if (operator === 'Exists' && value) {
    violations.push(invalid(`${path}.value`, `${quote(value)}: must be empty when operator is "Exists"`))
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    violations.push(
      invalid(`${path}.effect`, `${quote(effect ?? '')}: must be "NoExecute" when tolerationSeconds is set`),
    )
  }
  return violations
}
