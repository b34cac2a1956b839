import { STATEFUL_SET } from '../../render/kinds.ts'
import { copyOfObject, type ObjectName, poolOfObject } from '../../render/names.ts'
import { isExternal, isZoned } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Scaling } from './scaling.ts'

/** Whether the spec has a pool of that name whose servers are our own. */
function isOwn({ pools }: Mcrouter, name: string): boolean {
  return pools.some((pool) => pool.name === name && !isExternal(pool))
}

/** Whether an object is of a pool, or the StatefulSet of a copy or of one in no zone, that the spec no longer has. */
export function isOfRemovedPool(mcrouter: Mcrouter, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  return pool !== undefined && (!isOwn(mcrouter, pool) || isOfOtherZones(mcrouter, pool, object))
}

function isOfOtherZones({ name, pools }: Mcrouter, pool: string, object: ObjectName): boolean {
  const spec = pools.find((one) => one.name === pool)
  if (object.kind !== STATEFUL_SET.kind || spec === undefined) return false
  const copy = copyOfObject({ name }, object)
  return isZoned(spec) ? copy === undefined || copy >= spec.zones.length : copy !== undefined
}

/**
 * Whether an object has to stay although it is not desired: of a pool that was removed, all do until no router uses its servers
 * any more, and so does the StatefulSet of a copy.
 */
export function isKept(mcrouter: Mcrouter, { pools }: Pick<Scaling, 'pools'>, object: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, object)
  if (pool === undefined || !isOfRemovedPool(mcrouter, object)) return false
  const scaling = pools.find(({ name }) => name === pool)
  if (scaling?.units === undefined) return scaling === undefined || scaling.next.step.servers > 0
  const copy = copyOfObject(mcrouter, object)
  const ofIts = scaling.units.filter((unit) => object.kind !== STATEFUL_SET.kind || unit.copy === copy)
  return ofIts.some(({ servers }) => servers > 0)
}
