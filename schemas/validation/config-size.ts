import type { ApiVersion } from '../api-version.ts'
import type { Settings } from '../fields.ts'
import type { Identity } from '../identity.ts'
import { isExternal, serversIn } from '../layout.ts'
import { MAIN_POOL } from '../mcrouter.ts'
import type { Violation } from './violation.ts'

/** Of a ConfigMap (k8s.io/api/core/v1 MaxSecretSize, which is asked of both), with room for what else is in it. */
const MOST_BYTES = 2 ** 20 - 4096

/** What a copy takes beside the names of its servers, with Strict and Refill, which take most. */
const OF_COPY = 670
/** The rest of a configuration of one pool. */
const BESIDE = 4096
/** Of a server's name beside those of Mcrouter and namespace: `-memcached-999.` twice, `.svc.cluster.local:65535`, quotes and indentation. */
const OF_NAME = 66

/**
 * A pool of so many copies that the routers' configuration does not fit into a ConfigMap. By a bound, since rules do not render: it has each
 * server by name in its pool and in its copy, which only in hundreds of copies, and so in one pool alone (rules/servers.ts), is
 * much. The domain of the cluster is taken to be the usual one.
 */
export function largeConfig(
  { name, namespace }: Identity,
  { pools }: Settings,
  { limitsLength, fieldPath }: ApiVersion,
): Violation[] {
  const [main, ...others] = pools
  if (!limitsLength || others.length > 0 || main.copies === 1 || isExternal(main)) return []
  const ofServer = 2 * (2 * name.length + namespace.length + OF_NAME)
  const bytes = BESIDE + serversIn(main) * ofServer + main.copies * OF_COPY
  if (bytes <= MOST_BYTES) return []
  const most = Math.floor((MOST_BYTES - BESIDE) / (main.shards * ofServer + OF_COPY))
  const message = `Invalid value: ${main.copies}: the configuration of ${MAIN_POOL} may take ${bytes} bytes with the names of this Mcrouter and its namespace, and a ConfigMap holds ${MOST_BYTES}: must be at most ${most}`
  return [{ path: `spec.${fieldPath('pool.copies')}`, reason: 'FieldValueInvalid', message }]
}
