import { isExternal } from '../../layout.ts'
import { hasMadeGutter } from '../pool-place.ts'
import { invalid, type PoolRule } from './rule.ts'

/** memcached's -c counts its own files as well: 24 to 28 (1.5.22, 1.6.18, 1.6.45). */
export const OWN_FILES = 32

/** Each proxy thread of each router keeps a connection; during a rollout old and new routers do. */
export const connectionsRule: PoolRule = {
  reads: [
    'pool.maxConnections',
    'pool.external',
    'pool.gutter',
    'routers.replicas',
    'routers.autoscaling',
    'routers.threads',
    'routers.resources',
  ],
  ofPool: (pool, index, written, { routers }) => {
    const { maxConnections: most } = pool
    const { fieldPath } = written.version
    const { replicas, autoscaling, threads } = routers
    const least = OWN_FILES + 2 * replicas * threads
    if (most >= least) return []
    // How many connections servers of others take, they know; one that is made for their gutter is our own.
    if (isExternal(pool) && !hasMadeGutter(index, written)) return []
    const each = threads === 1 ? '' : `, for each of its ${threads} proxy threads`
    const number =
      autoscaling === undefined ? fieldPath('routers.replicas') : `${fieldPath('routers.autoscaling')}.max`
    const must = `must be at least ${least}, ${OWN_FILES} for memcached itself and twice ${number}${each}: old and new routers are connected during a rollout`
    return [invalid(fieldPath('pool.maxConnections', index), `${most}: ${must}`)]
  },
}
