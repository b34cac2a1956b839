import type { Resources } from '../schemas/mcrouter.ts'

/** Each thread keeps a connection to every server; beyond this a pool is better served by more routers. */
const MOST = 64

/**
 * Threads of a router: as many as it may use CPUs, from its limit or else its request, rounded up; 1..64.
 * mcrouter's own `auto` counts the CPUs of the node, whatever the container may use of them.
 */
export function proxyThreads(resources: Resources): number {
  const cpus = wholeCpus(resources.limits.cpu ?? resources.requests.cpu ?? '1')
  return Math.min(Math.max(cpus, 1), MOST)
}

const QUANTITY = /^(\d+(?:\.\d*)?|\.\d+)(n|u|m|k?)$/
const SCALE: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3 }

/** 0 for what is no amount of CPUs. */
function wholeCpus(quantity: string): number {
  const [, number = '0', suffix = ''] = QUANTITY.exec(quantity) ?? []
  return Math.ceil(Number(number) * (SCALE[suffix] ?? 1))
}
