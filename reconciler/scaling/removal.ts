import { type ObjectName, poolOfObject } from '../../render/names.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Scaling } from './scaling.ts'

/** Whether the spec has a pool of that name whose servers are our own. */
function isOwn({ pools }: Mcrouter, name: string): boolean {
  return pools.some((pool) => pool.name === name && !isExternal(pool))
}

/** Whether an object is of a pool that the spec no longer has. */
export function isOfRemovedPool(mcrouter: Mcrouter, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  return pool !== undefined && !isOwn(mcrouter, pool)
}

/**
 * Whether an object has to stay although it is not desired: of a pool that was removed, all do until no router uses its servers
 * any more.
 */
export function isKept(mcrouter: Mcrouter, { pools }: Pick<Scaling, 'pools'>, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  if (pool === undefined || isOwn(mcrouter, pool)) return false
  const scaling = pools.find(({ name }) => name === pool)
  return scaling === undefined || scaling.next.step.servers > 0
}
