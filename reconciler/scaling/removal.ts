import { type ObjectName, poolOfObject } from '../../render/names.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Scaling } from './scaling.ts'

/** Whether an object is of a pool that the spec no longer has. */
export function isOfRemovedPool(mcrouter: Mcrouter, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  return pool !== undefined && !mcrouter.pools.some(({ name }) => name === pool)
}

/**
 * Whether an object has to stay although it is not desired: of a pool that was removed, all do until no router uses its servers
 * any more.
 */
export function isKept(mcrouter: Mcrouter, { pools }: Pick<Scaling, 'pools'>, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  if (pool === undefined || mcrouter.pools.some(({ name }) => name === pool)) return false
  const scaling = pools.find(({ name }) => name === pool)
  return scaling === undefined || scaling.next.step.servers > 0
}
