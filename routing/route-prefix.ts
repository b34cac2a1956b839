/** What mcrouter's `--route-prefix` is unless it is set. */
export const DEFAULT_PREFIX = '/././'

/**
 * The routing prefix of keys that have none, by the place of the zone that a router is in. That of the first is mcrouter's own: routers
 * that were started before there were zones have it, and mcrouter refuses `routes` without the prefix that it was started with.
 */
export function routePrefix(place: number): string {
  return place === 0 ? DEFAULT_PREFIX : `/copy/${place}/`
}
