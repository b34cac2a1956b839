import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** mcrouter's `--route-prefix` when replies of a configuration of zones were recorded. */
export const ROUTE_PREFIX = '/k8s/zone-a/'

/** What replies were recorded with: one of test/fixtures/golden, or that of the Ansible operator, over 2 or 3 servers. */
export function recordedConfiguration(name: string): JsonObject {
  const seed = /^seed-(\d)$/.exec(name)?.[1]
  if (seed !== undefined) return seedConfiguration(Number(seed))
  const file = new URL(`../../test/fixtures/golden/${name}`, import.meta.url)
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isJsonObject(json)) throw new Error(`${name} is no object`)
  return json
}

/** Every server that it names, each once. */
export function serversOf(configuration: JsonObject): string[] {
  return [...new Set(Object.values(poolsOf(configuration)).flatMap(serversIn))]
}

/** Of the pool that has the server of that name; the first has all servers of those that inherit from it. */
export function poolOf(server: string, configuration: JsonObject): string[] {
  const all = Object.values(poolsOf(configuration)).map(serversIn)
  const pool = all.find((servers) => servers.some((one) => isCalled(server, one)))
  if (pool === undefined) throw new Error(`no pool has ${server}`)
  return pool
}

export function isCalled(name: string, server: string): boolean {
  return server.startsWith(`${name}.`)
}

function poolsOf({ pools }: JsonObject): JsonObject {
  return isJsonObject(pools) ? pools : {}
}

function serversIn(pool: unknown): string[] {
  return isJsonObject(pool) && Array.isArray(pool.servers) ? pool.servers.map(String) : []
}

function seedConfiguration(count: number): JsonObject {
  const servers = Array.from(
    { length: count },
    (_, index) => `mc-a-${index}.mc-a.cache.svc.cluster.local:11211`,
  )
  const all = 'AllSyncRoute|Pool|A'
  return {
    pools: { A: { servers } },
    route: {
      type: 'OperationSelectorRoute',
      operation_policies: { add: all, delete: all, get: 'RandomRoute|Pool|A', set: all },
    },
  }
}
