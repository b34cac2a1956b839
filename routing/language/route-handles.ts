import { CHANGE } from './handles/change.ts'
import { COMPOSITE } from './handles/composite.ts'
import { FAILOVER } from './handles/failover.ts'
import { MIGRATION } from './handles/migration.ts'
import { POOLS } from './handles/pool.ts'
import { SELECTION } from './handles/selection.ts'
import { SHADOW } from './handles/shadow.ts'
import { TERMINAL } from './handles/terminal.ts'
import { WITHHELD } from './handles/withheld.ts'
import type { RouteHandleType, RouteHandleTypes } from './route-handle-type.ts'

/** Every type of route handle that a public build of some release has. */
export const ROUTE_HANDLES: RouteHandleTypes = {
  ...POOLS,
  ...COMPOSITE,
  ...FAILOVER,
  ...SELECTION,
  ...MIGRATION,
  ...CHANGE,
  ...SHADOW,
  ...TERMINAL,
  ...WITHHELD,
}

export function routeHandleType(name: string): RouteHandleType | undefined {
  return Object.hasOwn(ROUTE_HANDLES, name) ? ROUTE_HANDLES[name] : undefined
}
