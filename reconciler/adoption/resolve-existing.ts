import { DAEMON_SET } from '../../render/kinds.ts'
import { poolName } from '../../routing/servers.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import { deployments, statefulSets } from '../kube/resources.ts'
import { externalIn } from '../observe/last-status.ts'
import { isOvertaken } from '../plan/fence.ts'
import { needsNewObject } from '../plan/immutable.ts'
import type { OwnedManifest } from '../plan/plan.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { configure, resourceOf } from '../write.ts'
import { orphanRouters } from './deployment.ts'
import { isNew } from './live-pods.ts'
import { describe, originOf } from './origin.ts'
import { replaceService } from './service.ts'
import { orphanServers } from './statefulset.ts'

/** What came of meeting an object that has the name of one of ours and is not as we know it. */
export type ExistingObject =
  /** `met`: over one that was there and that the caches do not show. */
  | { readonly kind: 'written'; readonly object: KubeObject; readonly met?: boolean }
  /** The object has changed or gone since: plan again. */
  | { readonly kind: 'moved' }
  /** Nothing can be done before something else has happened: an object has gone, or the Mcrouter has a status. */
  | { readonly kind: 'waiting' }
  /** It is somebody else's and stays as it is; `what` names it. */
  | { readonly kind: 'foreign'; readonly what: string }

/**
 * Looks at the object whose place a manifest is to take, and does the next thing that leads there: applies over one of
 * ours, makes one anew whose immutable fields differ (those of the Ansible operator above all), leaves a stranger alone.
 * Rejects with an ApiError when a call fails.
 */
export async function resolveExisting(
  context: ReconcileContext,
  manifest: OwnedManifest,
): Promise<ExistingObject> {
  const { namespace, name } = manifest.metadata
  const live = await context.api.get(resourceOf(context.kinds, manifest), { namespace, name }, context.signal)
  if (live === undefined) return { kind: 'moved' }
  const what = describe(live)
  if (live.metadata.deletionTimestamp !== undefined) {
    tellWhatKeeps(context, live)
    return { kind: 'waiting' }
  }
  const origin = originOf(live, context.mcrouter)
  if (origin === 'foreign') return { kind: 'foreign', what }
  if (isOvertaken(manifest, live)) return { kind: 'moved' }
  if (origin === 'predecessor' && live.kind !== 'StatefulSet' && !(await hasServers(context))) {
    return { kind: 'waiting' }
  }
  if (!needsNewObject(manifest, live)) {
    return { kind: 'written', object: await configure(context, manifest, live.metadata), met: true }
  }
  // Only an installation that somebody made by hand can have another: nothing says what of it is to go on serving.
  if (live.kind === 'DaemonSet') return { kind: 'foreign', what }
  if (live.kind === 'Service') {
    return { kind: 'written', object: await replaceService(context, manifest, live) }
  }
  if (isNew(context.stored)) return { kind: 'waiting' }
  await (live.kind === 'StatefulSet'
    ? orphanServers(context, manifest, live)
    : orphanRouters(context, live, manifest.kind))
  return { kind: 'waiting' }
}

/**
 * Looks at the Deployment of the Ansible operator in whose place a DaemonSet comes: of another kind, it is met under no name. Does the
 * next thing that lets its routers go once there are others; undefined where there is none, and the DaemonSet can be made.
 * Rejects with an ApiError when a call fails.
 */
export async function resolveFormer(
  context: ReconcileContext,
  { kind, metadata: { namespace, name } }: OwnedManifest,
): Promise<ExistingObject | undefined> {
  if (kind !== DAEMON_SET.kind) return undefined
  const live = await context.api.get(deployments, { namespace, name }, context.signal)
  if (live === undefined || originOf(live, context.mcrouter) !== 'predecessor') return undefined
  if (live.metadata.deletionTimestamp !== undefined) tellWhatKeeps(context, live)
  else if (!isNew(context.stored) && (await hasServers(context))) await orphanRouters(context, live, kind)
  return { kind: 'waiting' }
}

/**
 * Whether new routers find their servers: the StatefulSet has been recreated, so that the servers have the labels by which the new
 * Service finds them, or they are to use servers of others. Where it is not possible to recreate it, for want of a right above all,
 * the old routers must keep all that they reach them by.
 */
async function hasServers({ api, mcrouter, stored, signal }: ReconcileContext): Promise<boolean> {
  if (externalIn(stored.status ?? {}, MAIN_POOL) !== undefined) return true
  const { namespace = '' } = mcrouter.metadata
  const name = poolName(mcrouter.metadata, MAIN_POOL)
  const live = await api.get(statefulSets, { namespace, name }, signal)
  return (
    live !== undefined && live.metadata.deletionTimestamp === undefined && originOf(live, mcrouter) === 'ours'
  )
}

/** The garbage collector's own, which takes a moment: k8s.io/apimachinery pkg/apis/meta/v1/types.go. */
const GARBAGE_COLLECTION: readonly unknown[] = ['orphan', 'foregroundDeletion']

/** Names the finalizers that keep an object that is being deleted: nothing else says why an adoption does not go on. */
function tellWhatKeeps({ recordEvent }: ReconcileContext, live: KubeObject): void {
  const { finalizers } = live.metadata
  const keeping = Array.isArray(finalizers)
    ? finalizers.filter((one) => !GARBAGE_COLLECTION.includes(one))
    : []
  if (keeping.length === 0) return
  const note = `${describe(live)} is being deleted and stays until its finalizers are gone: ${keeping.join(', ')}`
  recordEvent({ type: 'Warning', reason: 'Adopting', note })
}
