import type { Resources } from '../mcrouter.ts'
import { amountOf, toMillis } from './quantity.ts'

/** Each thread keeps a connection to every server; beyond this a pool is better served by more routers. */
const MOST = 64

/**
 * Threads of a router: as many as it may use CPUs, from its limit or else its request, rounded up; 1..64.
 * mcrouter's own `auto` counts the CPUs of the node, whatever the container may use of them.
 */
export function proxyThreads(resources: Resources): number {
  const cpus = amountOf(resources.limits.cpu ?? resources.requests.cpu ?? '1') ?? 0n
  return Math.min(Math.max(Math.ceil(toMillis(cpus) / 1000), 1), MOST)
}
