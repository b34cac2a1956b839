import { HORIZONTAL_POD_AUTOSCALER } from '../../render/kinds.ts'
import type { ObjectName } from '../../render/names.ts'
import type { Child } from '../observe/child.ts'
import { deploymentOf } from '../observe/workload.ts'
import { identity } from '../plan/plan.ts'

/**
 * Whether an object would scale the Deployment of the Ansible operator: an autoscaler acts on whatever has the name. It is made once the
 * caches show a Deployment of ours; one that is there stays.
 */
export function scalesOldRouters(object: ObjectName, children: readonly Child[]): boolean {
  if (object.kind !== HORIZONTAL_POD_AUTOSCALER.kind) return false
  if (children.some((child) => identity(child) === identity(object))) return false
  return deploymentOf(children) === undefined
}
