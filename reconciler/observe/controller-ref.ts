import { GROUP, KIND } from '../../schemas/well-known.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../kube/api.ts'
import { keyText } from '../kube/key.ts'

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
