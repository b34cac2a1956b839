import { NETWORK_POLICY } from '../../render/kinds.ts'
import type { ObjectName } from '../../render/names.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from '../observe/child.ts'
import { routerWorkloads } from '../observe/workload.ts'
import { identity } from '../plan/plan.ts'
import { retiringIn } from './deployment.ts'

/**
 * Whether an object would cut off routers of the Ansible operator: a NetworkPolicy of servers admits routers by labels that those do not
 * have. It is made once routers of ours serve in their place; one that is there stays.
 */
export function cutsOffOldRouters(
  object: ObjectName,
  children: readonly Child[],
  mcrouter: KubeObject,
): boolean {
  if (object.kind !== NETWORK_POLICY.kind) return false
  if (children.some((child) => identity(child) === identity(object))) return false
  // Before there is one of ours, that of the Ansible operator may be there: no cache shows it.
  return routerWorkloads(children).length === 0 || retiringIn(mcrouter).length > 0
}
