import type { Mcrouter } from '../schemas/mcrouter.ts'
import {
  COMPONENT_LABEL,
  INSTANCE_LABEL,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NAME_LABEL,
  PART_OF_LABEL,
} from '../schemas/well-known.ts'

/** The two tiers of a Mcrouter, as the value of {@link COMPONENT_LABEL}. */
export type Component = 'memcached' | 'mcrouter'

export type Labels = Readonly<Record<string, string>>

/** What a selector may hold: selectors are immutable, so nothing here ever changes for a Mcrouter. */
export function selectorOf(mcrouter: Pick<Mcrouter, 'name'>, component: Component): Labels {
  return {
    [NAME_LABEL]: 'mcrouter',
    [INSTANCE_LABEL]: mcrouter.name,
    [COMPONENT_LABEL]: component,
  }
}

/** By which everything of one tier, and its pods, is told from what belongs to others. */
export function labelsOf(mcrouter: Pick<Mcrouter, 'name'>, component: Component): Labels {
  return {
    ...selectorOf(mcrouter, component),
    [PART_OF_LABEL]: 'mcrouter',
    [MANAGED_BY_LABEL]: MANAGED_BY,
  }
}
