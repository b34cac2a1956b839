import Type from 'typebox'
import { isJsonObject } from '../json.ts'
import { MOST_ZONES } from '../mcrouter.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'

// In which zones the copies of a pool are.

/** Label values, as k8s.io/apimachinery has them, but for the empty one. */
const ZONE = '^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'

/** Of every pool. */
export const ZONES = {
  zones: Type.Array(
    Type.String({
      minLength: 1,
      maxLength: 63,
      pattern: ZONE,
      'x-allowed': 'a value of the label topology.kubernetes.io/zone of nodes, such as eu-1a',
      description: 'A zone.',
    }),
    {
      maxItems: MOST_ZONES,
      'x-kubernetes-list-type': 'atomic',
      default: [],
      description: `Zones in which the copies are, one in each, in this order: as many as copies, from 2 on. Routers are in each of them as well; they read the copy of their own zone and write to all, and cas, incr and decr are refused. All pools that have zones have the same. Append and take away at the end: another zone at a place, zones for a pool that has none and none for one that has some are refused until the annotation ${CONSENT_ANNOTATION} repeats the change as the refusal prints it, since those copies start empty.`,
    },
  ),
}

/** How many zones the routers of a spec, sound or not, are in. */
export function zonesSaid({
  memcached,
  pools,
}: {
  readonly memcached?: unknown
  readonly pools?: unknown
}): number {
  const all = [memcached, ...(Array.isArray(pools) ? pools : [])]
  const numbers = all.map((pool: unknown) =>
    isJsonObject(pool) && Array.isArray(pool.zones) ? pool.zones.length : 0,
  )
  return numbers.find((number) => number > 0) ?? 0
}
