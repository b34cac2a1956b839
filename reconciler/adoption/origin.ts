import { labelsOf, tierOf } from '../../render/labels.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { COMPONENT_LABEL, GROUP, KIND } from '../../schemas/well-known.ts'
import type { KubeObject, OwnerReference } from '../kube/api.ts'
import { isOwnedBy } from '../observe/controller-ref.ts'
import { isPredecessors } from './predecessor.ts'

/** Whose an object is that has the name of one of ours. */
export type Origin =
  /** Made for this Mcrouter by this operator, or for one of the same name before it. */
  | 'ours'
  /** Made for this Mcrouter by the Ansible operator, geerlingguy/mcrouter-operator; or ours, and somebody took its labels away. */
  | 'predecessor'
  /** Somebody else's: never touched. */
  | 'foreign'

/**
 * An owner reference with the uid of the Mcrouter is proof: whoever wrote it lets the object go with the Mcrouter. Without
 * one, an object is left over from a Mcrouter of this name that was deleted without its objects or restored from a backup, and
 * counts only if it is in all that says so as one of the two operators made it. To write Mcrouters so gives no right over
 * objects of others.
 */
export function originOf(object: KubeObject, mcrouter: KubeObject): Origin {
  const { name, uid } = mcrouter.metadata
  const { ownerReferences = [] } = object.metadata
  const isOwned = isOwnedBy(object.metadata, uid)
  // By name: of one that was there before, nothing else is left.
  const isFree = ownerReferences.every((owner) => isMcrouter(owner) && owner.name === name)
  if (!isOwned && !isFree) return 'foreign'
  if (hasOurLabels(object, name)) return 'ours'
  return isOwned || isPredecessors(object, mcrouter) ? 'predecessor' : 'foreign'
}

function isMcrouter({ apiVersion, kind }: OwnerReference): boolean {
  return kind === KIND && apiVersion.startsWith(`${GROUP}/`)
}

/** Whether it has every label that objects of one of the tiers have. */
function hasOurLabels({ metadata: { labels = {} } }: KubeObject, name: string): boolean {
  const tier = tierOf(labels[COMPONENT_LABEL])
  return (
    tier !== undefined &&
    Object.entries(labelsOf({ name }, tier)).every(([label, value]) => labels[label] === value)
  )
}

/** `Deployment web/cache`, and whose it is where that is known, for a message. */
export function describe(object: KubeObject): string {
  const { namespace, name, ownerReferences = [] } = object.metadata
  const owner = ownerReferences.find(isJsonObject)
  const whose = owner === undefined ? '' : ` of ${owner.kind} ${owner.name}`
  return `${object.kind} ${namespace}/${name}${whose}`
}
