import { INHERITS_NOTHING, inheritedFrom, isSameInheritance } from '../../schemas/inheritance.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { mcrouters } from '../kube/resources.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Write } from './apply.ts'

const OF_PODS = /^spec\.template\.metadata\.(labels|annotations)\b/

/**
 * A change of what pods inherit is made from what the API server has at this moment: it replaces pods, and has no generation by which
 * a decision is known for an old one, while a watch can be a minute behind. Costs one read, and none where nothing is inherited.
 *
 * @throws ApiError when it fails, a conflict where the Mcrouter has other labels or annotations by now
 */
export async function stillInherits(
  { api, mcrouter, inherit = INHERITS_NOTHING, signal }: ReconcileContext,
  writes: readonly Write[],
): Promise<void> {
  if (inherit.labels.length + inherit.annotations.length === 0 || !writes.some(changesPods)) return
  const { namespace = '', name, uid } = mcrouter.metadata
  // By a list of one: it takes no right that watching does not take.
  const found = await api.list(mcrouters, { namespace, fieldSelector: `metadata.name=${name}`, signal })
  const planned = inheritedFrom(mcrouter.metadata, inherit)
  const isSame = found.some(
    ({ metadata }) => metadata.uid === uid && isSameInheritance(inheritedFrom(metadata, inherit), planned),
  )
  if (isSame) return
  throw new ApiError(`Mcrouter ${namespace}/${name} has changed since`, { status: 409, reason: 'Conflict' })
}

function changesPods(write: Write): boolean {
  return write.action === 'configure' && write.paths.some((path) => OF_PODS.test(path))
}
