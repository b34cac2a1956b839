import { ampleMemory } from '../formats/memcached-memory.ts'
import { type Amount, amountOf } from '../formats/quantity.ts'
import type { Resources } from '../mcrouter.ts'
import { RESOURCE_NAMES, type ResourceName, type ResourcesSpec } from '../pod.ts'
import type { McrouterSpec } from './spec.ts'

type Amounts = Readonly<Partial<Record<ResourceName, number | string>>>

type MemorySpec = Pick<
  McrouterSpec,
  'memcached_memory_mb' | 'memcached_max_connections' | 'memcached_resources'
>

/**
 * Requests and limits of a router. The memory is for what mcrouter may hold at once: 23 MiB when idle, 3 KiB for each of
 * the requests that it lets wait (34133, standalone_options.h:20-25), and values in flight. No CPU limit: slowed down
 * for the rest of a scheduling period, a router would make every client wait.
 */
export function routerResources({
  mcrouter_resources: given,
}: Pick<McrouterSpec, 'mcrouter_resources'>): Resources {
  return resourcesOf(given, { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } })
}

/**
 * Requests and limits of a memcached server. Its memory request is its limit: a cache fills up to what it may have, so
 * that a node that counted on less would run out.
 */
export function memcachedResources(spec: MemorySpec): Resources {
  const { memcached_resources: given, memcached_memory_mb, memcached_max_connections } = spec
  const memory = `${ampleMemory(memcached_memory_mb, memcached_max_connections)}Mi`
  return resourcesOf(given, { requests: { cpu: '100m', memory }, limits: { memory } })
}

/** What is given, completed by defaults that give way to it: a request to a lower limit, a limit to a higher request. */
function resourcesOf(given: ResourcesSpec = {}, defaults: { requests: Amounts; limits: Amounts }): Resources {
  const requests: Record<string, string> = {}
  const limits: Record<string, string> = {}
  for (const name of RESOURCE_NAMES) {
    const request = given.requests?.[name] ?? lesser(defaults.requests[name], given.limits?.[name])
    const limit = given.limits?.[name] ?? greater(defaults.limits[name], given.requests?.[name])
    if (request !== undefined) requests[name] = `${request}`
    if (limit !== undefined) limits[name] = `${limit}`
  }
  return { requests, limits }
}

function lesser(fallback: number | string | undefined, limit: number | string | undefined) {
  if (fallback === undefined || limit === undefined) return fallback
  return amount(limit) < amount(fallback) ? limit : fallback
}

function greater(fallback: number | string | undefined, request: number | string | undefined) {
  if (fallback === undefined || request === undefined) return fallback
  return amount(request) > amount(fallback) ? request : fallback
}

function amount(quantity: number | string): Amount {
  return amountOf(quantity) ?? 0n
}
