import { quote } from '../../../text/quote.ts'
import { type Field, valueAt } from '../../fields.ts'
import type { Routers } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule, type Written } from './rule.ts'

// How many routers there are, is said in one way.

const onEachNode: Rule = {
  needs: 'routers.placement',
  reads: ['routers.placement', 'routers.replicas', 'routers.autoscaling'],
  violations: ({ routers: { placement } }, written) => {
    if (placement !== 'Node') return []
    const field = written.version.fieldPath('routers.placement')
    const why = `must be left out with ${field} Node, which has one router on each node`
    return [...without('routers.replicas', why, written), ...without('routers.autoscaling', why, written)]
  },
}

const besideAutoscaling: Rule = {
  needs: 'routers.autoscaling',
  reads: ['routers.replicas', 'routers.autoscaling'],
  violations: ({ routers: { autoscaling, replicas: max } }, written) => {
    if (autoscaling === undefined) return []
    const path = written.version.fieldPath('routers.autoscaling')
    const why = `must be left out with ${path}, which says how many routers there are: from ${autoscaling.min} to ${max}`
    return without('routers.replicas', why, written)
  },
}

const autoscalingRange: Rule = {
  needs: 'routers.autoscaling',
  reads: ['routers.autoscaling'],
  violations: ({ routers: { autoscaling, replicas: max } }, { version: { fieldPath } }) => {
    if (autoscaling === undefined || autoscaling.min <= max) return []
    const { min } = autoscaling
    const path = `${fieldPath('routers.autoscaling')}.min`
    return [invalid(path, `${min}: must not be more than max, which is ${max}`)]
  },
}

export const routerNumberRules: readonly Rule[] = [onEachNode, besideAutoscaling, autoscalingRange]

function without(
  field: Extract<Field, `routers.${keyof Routers}`>,
  why: string,
  { spec, version: { fieldPath, keysOf } }: Written,
): Violation[] {
  const value = valueAt(spec, keysOf(field))
  return value === undefined ? [] : [invalid(fieldPath(field), `${quote(value)}: ${why}`)]
}
