import { MAIN_POOL, type Mcrouter } from '../schemas/mcrouter.ts'
import {
  COMPONENT_LABEL,
  COPY_LABEL,
  INSTANCE_LABEL,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  NAME_LABEL,
  PART_OF_LABEL,
} from '../schemas/well-known.ts'
import { isDnsLabel } from '../text/label.ts'

/** What a Mcrouter consists of, by the name of the container. */
export type Component = 'memcached' | 'mcrouter'

/** What has a selector of its own: the routers, and the servers of each pool. */
export type Tier = 'mcrouter' | { readonly pool: string }

export type Labels = Readonly<Record<string, string>>

/**
 * What a selector may hold: selectors are immutable, so nothing here ever changes for a Mcrouter.
 * @param copy of a tier that is in zones, the place of one; all of the tier where not given
 */
export function selectorOf({ name }: Pick<Mcrouter, 'name'>, tier: Tier, copy?: number): Labels {
  return {
    [NAME_LABEL]: 'mcrouter',
    [INSTANCE_LABEL]: name,
    [COMPONENT_LABEL]: componentOf(tier),
    ...(copy !== undefined && { [COPY_LABEL]: `${copy}` }),
  }
}

/** By which everything of one tier, or of one copy of it, and its pods are told from what belongs to others. */
export function labelsOf(mcrouter: Pick<Mcrouter, 'name'>, tier: Tier, copy?: number): Labels {
  return {
    ...selectorOf(mcrouter, tier, copy),
    [PART_OF_LABEL]: 'mcrouter',
    [MANAGED_BY_LABEL]: MANAGED_BY,
  }
}

/**
 * Value of {@link COMPONENT_LABEL}. The selector of the pool {@link MAIN_POOL} was there before there were other pools and can
 * have no further label: only with another value here does it leave their pods alone.
 */
function componentOf(tier: Tier): string {
  if (tier === 'mcrouter') return tier
  return tier.pool === MAIN_POOL ? 'memcached' : `memcached-${tier.pool}`
}

/** The tier of what has that value of {@link COMPONENT_LABEL}; undefined where it is none of ours. */
export function tierOf(component: unknown): Tier | undefined {
  if (component === 'mcrouter') return component
  if (component === 'memcached') return { pool: MAIN_POOL }
  if (typeof component !== 'string' || !component.startsWith('memcached-')) return undefined
  const pool = component.slice('memcached-'.length)
  return isDnsLabel(pool) && pool !== MAIN_POOL ? { pool } : undefined
}
