import { ampleMemory } from './formats/memcached-memory.ts'
import { type Amount, amountOf } from './formats/quantity.ts'
import type { Resources } from './mcrouter.ts'
import { RESOURCE_NAMES, type ResourceName, type ResourcesSpec } from './pod.ts'

// What a Mcrouter's pods get of what its spec asks for; the same in every version of the API.

type Amounts = Readonly<Partial<Record<ResourceName, number | string>>>

/**
 * Requests and limits of a router. The memory is for what mcrouter may hold at once: 23 MiB when idle, 3 KiB for each of
 * the requests that it lets wait (34133, standalone_options.h:20-25), and values in flight. No CPU limit: slowed down
 * for the rest of a scheduling period, a router would make every client wait.
 */
export function routerResources(given?: ResourcesSpec): Resources {
  return resourcesOf(given, { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } })
}

/**
 * Requests and limits of a memcached server. Its memory request is its limit: a cache fills up to what it may have, so
 * that a node that counted on less would run out.
 */
export function memcachedResources(
  memoryMb: number,
  maxConnections: number,
  given?: ResourcesSpec,
  tls = false,
): Resources {
  const memory = `${ampleMemory(memoryMb, maxConnections, tls)}Mi`
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

/**
 * The least that has to be said to get these: the rest goes on following from other fields. Undefined for nothing.
 * @param complete one of the functions above
 */
export function givenResources(
  resources: Resources,
  complete: (given: ResourcesSpec) => Resources,
): ResourcesSpec | undefined {
  let least: Resources = resources
  for (const side of ['requests', 'limits'] as const) {
    for (const name of RESOURCE_NAMES) {
      const { [name]: _, ...others } = least[side]
      const fewer = { ...least, [side]: others }
      if (isSame(complete(fewer), resources)) least = fewer
    }
  }
  const sides = Object.entries(least).filter(([, amounts]) => Object.keys(amounts).length > 0)
  return sides.length === 0 ? undefined : Object.fromEntries(sides)
}

function isSame(one: Resources, other: Resources): boolean {
  return (['requests', 'limits'] as const).every((side) =>
    RESOURCE_NAMES.every((name) => one[side][name] === other[side][name]),
  )
}
