import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { routedServers, routingOf } from '../../render/routing.ts'
import { type Explain, explainer } from '../../routing/explain/explain.ts'
import { judgeOwnConfig } from '../../routing/judge-own-config.ts'
import type { Versions } from '../../schemas/api-version.ts'
import { isJsonObject } from '../../schemas/json.ts'
import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'

/** The pages of docs/topologies, each with an example and a drawing of its name, in the order of the index. */
export const TOPOLOGIES = [
  'sharded',
  'replicated',
  'ask-copies',
  'shards-of-replicas',
  'gutter',
  'prefixes',
  'external',
  'warm-up',
  'own-json',
] as const

export const SETTINGS = { clusterDomain: 'cluster.local' }

/** An example, and what its routers do. */
export interface Topology {
  readonly name: string
  /** The example as it is written. */
  readonly manifest: string
  readonly mcrouter: Mcrouter
  readonly explain: Explain
}

/** @throws for an example that is not accepted */
export function topologyOf(name: string, versions: Versions): Topology {
  const manifest = readFileSync(new URL(`../../examples/topologies/${name}.yaml`, import.meta.url), 'utf8')
  const object: unknown = parse(manifest)
  if (!isJsonObject(object)) throw new Error(`${name}.yaml is no object`)
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const placed = { ...object, metadata: { namespace: 'default', ...metadata } }
  const judgement = judge(placed, { source: 'file', versions: withJudge(versions) })
  if (!judgement.accepted) throw new Error(`${name}.yaml: ${JSON.stringify(judgement.violations)}`)
  const { mcrouter } = judgement
  return { name, manifest, mcrouter, explain: explainer(routingOf(mcrouter, SETTINGS)) }
}

/** As processes of the operator have them (routing/versions.ts). */
function withJudge(versions: Versions): Versions {
  const all = Object.entries(versions)
  return Object.fromEntries(all.map(([name, version]) => [name, { ...version, checkConfig: judgeOwnConfig }]))
}

/** Keys to look at: one of those that the pool main has, and one for each prefix. */
export function keysOf({ mcrouter: { prefixes } }: Topology): readonly string[] {
  return prefixes.length === 0 ? ['user:42'] : ['page:42', ...prefixes.map(({ prefix }) => `${prefix}42`)]
}

/** Of each pool its servers by ordinal, as they are explained. */
export function poolsOf({ mcrouter }: Topology): readonly PlacedPool[] {
  return mcrouter.pools.map((pool) => ({ pool, servers: routedServers(mcrouter, pool, SETTINGS) }))
}

export interface PlacedPool {
  readonly pool: Pool
  readonly servers: readonly string[]
}
