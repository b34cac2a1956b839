import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Child } from '../observe/child.ts'
import { areServing, routerWorkloads } from '../observe/workload.ts'

/**
 * Whether it has routers from where they were placed before, and those that are placed anew do not all serve yet: the Service selects
 * both, so that clients always have some.
 */
export function isStillServing(
  child: Child,
  children: readonly Child[],
  mcrouter: Pick<Mcrouter, 'routers' | 'pools'>,
): boolean {
  return routerWorkloads([child]).includes(child) && !areServing(children, mcrouter)
}
