import type { ServingNames } from '../../certs/names.ts'
import { issueForPools, POOL_SECRET_TYPE, type PoolCertificates } from '../../certs/pools.ts'
import { labelsOf } from '../../render/labels.ts'
import { issuedSecret } from '../../render/names.ts'
import { poolName } from '../../routing/servers.ts'
import { MAIN_POOL, type Mcrouter } from '../../schemas/mcrouter.ts'
import { isIssued } from '../../schemas/tls.ts'
import { INSTANCE_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { secrets } from '../kube/resources.ts'
import { ownerReference } from '../plan/owner.ts'
import type { ReconcileContext } from '../reconcile-context.ts'

/** What came of looking after the Secret of a Mcrouter. */
export type Kept =
  | ({ readonly kind: 'ours' } & Pick<PoolCertificates, 'actions' | 'notAfter'>)
  /** Somebody else's has its name, and stays as it is. */
  | { readonly kind: 'foreign' }

/**
 * Makes the Secret with the certificate that the operator issues for the servers of a Mcrouter, or renews in it what is due. May be cut
 * short anywhere, and made again by any process. Rejects with an ApiError.
 */
export async function keepPoolSecret(context: ReconcileContext, mcrouter: Mcrouter): Promise<Kept> {
  const { api, clock, settings, signal, stored } = context
  const found = await look(context, mcrouter)
  if (found === 'foreign') return { kind: 'foreign' }
  const names = serverNames(mcrouter, settings.clusterDomain)
  const { data, actions, notAfter } = await issueForPools(found?.data, names, clock.now())
  const key = { namespace: mcrouter.namespace, name: issuedSecret(mcrouter) }
  const owner = { ownerReferences: [{ ...ownerReference(stored) }] }
  if (found === undefined) {
    const { apiVersion, kind } = secrets
    const metadata = { ...key, ...owner, labels: labelsOf(mcrouter, { pool: MAIN_POOL }) }
    await api.create(secrets, { apiVersion, kind, type: POOL_SECRET_TYPE, metadata, data }, { signal })
  } else if (actions.length > 0 || !isOwnedBy(found, stored)) {
    const { resourceVersion } = found.metadata
    await api.merge(secrets, key, { metadata: { resourceVersion, ...owner }, data }, { signal })
  }
  return { kind: 'ours', actions, notAfter }
}

/** 422 is what the chart's policy says to it of any other: a patch that changes nothing cannot be wrong in itself. */
const REFUSED = 422

/**
 * Undefined when there is none. By a patch that changes nothing, since a policy can say of which Secrets that is answered: the right to
 * get them would be one to all.
 */
async function look(
  { api, signal }: ReconcileContext,
  mcrouter: Mcrouter,
): Promise<KubeObject | 'foreign' | undefined> {
  const key = { namespace: mcrouter.namespace, name: issuedSecret(mcrouter) }
  try {
    const found = await api.merge(secrets, key, {}, { signal })
    return isOurs(found, mcrouter) ? found : 'foreign'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.notFound) return undefined
    if (error.status === REFUSED) return 'foreign'
    throw error
  }
}

function isOurs({ type, metadata: { labels = {} } }: KubeObject, { name }: Mcrouter): boolean {
  return (
    type === POOL_SECRET_TYPE && labels[MANAGED_BY_LABEL] === MANAGED_BY && labels[INSTANCE_LABEL] === name
  )
}

/** It may be of a Mcrouter of that name that was deleted, or have been restored without its owner. */
function isOwnedBy(
  { metadata: { ownerReferences = [] } }: KubeObject,
  { metadata: { uid } }: KubeObject,
): boolean {
  return ownerReferences.length === 1 && ownerReferences[0]?.uid === uid
}

/** As routers call the servers, however many there are. */
function serverNames(mcrouter: Mcrouter, clusterDomain: string): ServingNames {
  const services = mcrouter.pools.filter(isIssued).map(({ name }) => poolName(mcrouter, name))
  const domains = services.map((service) => `${service}.${mcrouter.namespace}.svc.${clusterDomain}`)
  return { dns: domains.flatMap((domain) => [domain, `*.${domain}`]), ip: [] }
}
