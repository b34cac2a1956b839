import type { Mcrouter } from '../schemas/mcrouter.ts'

/** The two tiers of a Mcrouter, as the value of `app.kubernetes.io/component`. */
export type Component = 'memcached' | 'mcrouter'

export type Labels = Readonly<Record<string, string>>

/** Value of `app.kubernetes.io/managed-by` on everything that is ours, and the field manager's name. */
export const MANAGED_BY = 'mcrouter-operator'

/** What a selector may hold: selectors are immutable, so nothing here ever changes for a Mcrouter. */
export function selectorOf(mcrouter: Pick<Mcrouter, 'name'>, component: Component): Labels {
  return {
    'app.kubernetes.io/name': 'mcrouter',
    'app.kubernetes.io/instance': mcrouter.name,
    'app.kubernetes.io/component': component,
  }
}

/** By which everything of one tier, and its pods, is told from what belongs to others. */
export function labelsOf(mcrouter: Pick<Mcrouter, 'name'>, component: Component): Labels {
  return {
    ...selectorOf(mcrouter, component),
    'app.kubernetes.io/part-of': 'mcrouter',
    'app.kubernetes.io/managed-by': MANAGED_BY,
  }
}
