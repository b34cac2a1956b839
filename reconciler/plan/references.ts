import { namesOf } from '../../render/names.ts'
import { poolName } from '../../routing/servers.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'

/**
 * Kind and name of the objects that one of a Mcrouter refers to by their names, as `Service cache-memcached`: whatever has
 * such a name decides what the referring object does. Routers mount the ConfigMap and use the servers that it names; servers,
 * and with them their names, are found through their Service.
 */
export function referencesOf(kind: string, mcrouter: string): readonly string[] {
  const { config } = namesOf({ name: mcrouter })
  const memcached = poolName({ name: mcrouter }, MAIN_POOL)
  switch (kind) {
    case 'StatefulSet':
    case 'ConfigMap':
      return [`Service ${memcached}`]
    case 'Deployment':
      return [`ConfigMap ${config}`, `StatefulSet ${memcached}`]
    default:
      return []
  }
}
