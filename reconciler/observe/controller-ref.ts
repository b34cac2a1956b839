import type { ObjectMeta, OwnerReference } from '../kube/api.ts'

/** The reference to the controller of an object: it has one at most, and the API server refuses a second. */
export function controllerOf({ ownerReferences = [] }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller === true)
}

/** Whether the object with that uid controls it: more than a label, which anybody may copy. */
export function isControlledBy(metadata: ObjectMeta, uid: string): boolean {
  return controllerOf(metadata)?.uid === uid
}
