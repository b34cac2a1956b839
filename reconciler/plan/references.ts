import { namesOf, type ObjectName, poolOfObject } from '../../render/names.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'

/**
 * Whether one object of a Mcrouter refers to another by its name: whatever has that name decides what the referring object does.
 * Routers mount the ConfigMap and use the servers that it names; servers, and with them their names, are found through the
 * Service of their pool.
 */
export function refersTo(mcrouter: Pick<Mcrouter, 'name'>, from: ObjectName, to: ObjectName): boolean {
  const pool = poolOfObject(mcrouter, to)
  switch (from.kind) {
    case 'StatefulSet':
      return to.kind === 'Service' && pool !== undefined && pool === poolOfObject(mcrouter, from)
    case 'ConfigMap':
      return to.kind === 'Service' && pool !== undefined
    case 'Deployment':
      return (
        to.kind === 'StatefulSet' ||
        (to.kind === 'ConfigMap' && to.metadata.name === namesOf(mcrouter).config)
      )
    default:
      return false
  }
}
