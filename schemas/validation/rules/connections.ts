import { proxyThreads } from '../../formats/proxy-threads.ts'
import { routerResources } from '../../v1alpha3/resources.ts'
import { invalid, type Rule } from './rule.ts'

/** memcached's -c counts its own files as well: 24 to 28 (1.5.22, 1.6.18, 1.6.45). */
export const OWN_FILES = 32

/** Each proxy thread of each router keeps a connection; during a rollout old and new routers do. */
export const connectionsRule: Rule = {
  reads: ['memcached_max_connections', 'mcrouter_replicas', 'mcrouter_resources'],
  violations: (spec) => {
    const { memcached_max_connections: most, mcrouter_replicas: routers } = spec
    const threads = proxyThreads(routerResources(spec))
    const least = OWN_FILES + 2 * routers * threads
    if (most >= least) return []
    const each = threads === 1 ? '' : `, for each of its ${threads} proxy threads`
    const must = `must be at least ${least}, ${OWN_FILES} for memcached itself and twice mcrouter_replicas${each}: old and new routers are connected during a rollout`
    return [invalid('spec.memcached_max_connections', `${most}: ${must}`)]
  },
}
