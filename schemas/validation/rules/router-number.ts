import { quote } from '../../../text/quote.ts'
import { type Field, valueAt } from '../../fields.ts'
import type { Routers } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule, type Written } from './rule.ts'

/** How many routers there are, is said in one way. */
export const routerNumberRule: Rule = {
  needs: 'routers.placement',
  reads: ['routers.placement', 'routers.replicas', 'routers.autoscaling'],
  violations: ({ routers }, written) => {
    const { placement, autoscaling, replicas: max } = routers
    const { fieldPath } = written.version
    const path = fieldPath('routers.autoscaling')
    if (placement === 'Node') {
      const why = `must be left out with ${fieldPath('routers.placement')} Node, which has one router on each node`
      return [...without('routers.replicas', why, written), ...without('routers.autoscaling', why, written)]
    }
    if (autoscaling === undefined) return []
    const { min } = autoscaling
    const why = `must be left out with ${path}, which says how many routers there are: from ${min} to ${max}`
    return [
      ...without('routers.replicas', why, written),
      ...(min > max ? [invalid(`${path}.min`, `${min}: must not be more than max, which is ${max}`)] : []),
    ]
  },
}

function without(
  field: Extract<Field, `routers.${keyof Routers}`>,
  why: string,
  { spec, version: { fieldPath, keysOf } }: Written,
): Violation[] {
  const value = valueAt(spec, keysOf(field))
  return value === undefined ? [] : [invalid(fieldPath(field), `${quote(value)}: ${why}`)]
}
