import type { Labels } from '../../render/labels.ts'
import { GROUP, KIND } from '../../schemas/well-known.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../kube/api.ts'
import { keyText } from '../kube/object.ts'

/** The reference to the controller of an object: it has one at most, and the API server refuses a second. */
export function controllerOf({ ownerReferences = [] }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller === true)
}

/** The key of the Mcrouter that controls it, `namespace/name`, as far as it says; undefined where none does. */
export function controllingMcrouter({ metadata }: KubeObject): string | undefined {
  const { namespace } = metadata
  const controller = controllerOf(metadata)
  const isMcrouter = controller?.kind === KIND && controller.apiVersion.startsWith(`${GROUP}/`)
  return isMcrouter && namespace !== undefined ? keyText({ namespace, name: controller.name }) : undefined
}

/** Whether the object with that uid controls it: more than a label, which anybody may copy. */
export function isControlledBy(metadata: ObjectMeta, uid: string): boolean {
  return controllerOf(metadata)?.uid === uid
}

/** Whether the object with that uid is among its owners, its controller or not. */
export function isOwnedBy({ ownerReferences = [] }: ObjectMeta, uid: string): boolean {
  return ownerReferences.some((owner) => owner.uid === uid)
}

/** A workload, as far as it decides which pods or ReplicaSets are its own. */
export interface Claimant {
  readonly kind: 'StatefulSet' | 'Deployment' | 'ReplicaSet' | 'DaemonSet'
  readonly name: string
  /** Undefined where it is gone, or not known: then its name decides. */
  readonly uid: string | undefined
  readonly selector: Labels
}

/**
 * Whether the workload controls the object, or will as soon as it looks: a controller adopts what matches its selector and
 * has no controller (kubernetes pkg/controller/controller_ref_manager.go). A reference to a workload that is not there lasts
 * no longer than until the garbage collector looks, so that a name is as good as a uid where that is not known.
 */
export function claims({ kind, name, uid, selector }: Claimant, metadata: ObjectMeta): boolean {
  const controller = controllerOf(metadata)
  if (controller === undefined) return matches(selector, metadata)
  return uid === undefined ? controller.kind === kind && controller.name === name : controller.uid === uid
}

function matches(selector: Labels, { labels = {} }: ObjectMeta): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value)
}
