import { invalid, type Rule } from './rule.ts'

/** During a rollout old and new routers are connected at once. */
export const connectionsRule: Rule = {
  reads: ['memcached_max_connections', 'mcrouter_replicas'],
  violations: ({ memcached_max_connections: most, mcrouter_replicas: routers }) => {
    if (most >= 2 * routers) return []
    const must = `must be at least ${2 * routers}, twice mcrouter_replicas: old and new routers are connected during a rollout`
    return [invalid('spec.memcached_max_connections', `${most}: ${must}`)]
  },
}
