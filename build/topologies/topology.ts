import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { routedServers, routingOf } from '../../render/routing.ts'
import { type Explain, explainer } from '../../routing/explain/explain.ts'
import { judgeOwnConfig } from '../../routing/judge-own-config.ts'
import { routePrefix } from '../../routing/route-prefix.ts'
import type { Versions } from '../../schemas/api-version.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { zonesIn } from '../../schemas/layout.ts'
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
  /** Of the routers that `explain` is about, where copies are in zones. */
  readonly zone?: string
  readonly explain: Explain
}

/** @throws for an example that is not accepted */
export function topologyOf(name: string, versions: Versions): Topology {
  const { manifest, mcrouter } = exampleIn(`topologies/${name}.yaml`, versions)
  return { name, manifest, mcrouter, explain: explainer(routingOf(mcrouter, SETTINGS)) }
}

/** That of docs/zones.md. The second zone shows what the first would not: that routers do not ask copies in one order everywhere. */
export function zonesTopology(versions: Versions): Topology {
  const [name, file] = ['zones', 'zones.yaml']
  const { manifest, mcrouter } = exampleIn(file, versions)
  const place = 1
  const zone = zonesIn(mcrouter.pools)[place]
  if (zone === undefined) throw new Error(`${file} has no second zone`)
  const explain = explainer(routingOf(mcrouter, SETTINGS), routePrefix(place))
  return { name, manifest, mcrouter, zone, explain }
}

function exampleIn(file: string, versions: Versions): Pick<Topology, 'manifest' | 'mcrouter'> {
  const manifest = readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8')
  const object: unknown = parse(manifest)
  if (!isJsonObject(object)) throw new Error(`${file} is no object`)
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const placed = { ...object, metadata: { namespace: 'default', ...metadata } }
  const judgement = judge(placed, { source: 'file', versions: withJudge(versions) })
  if (!judgement.accepted) throw new Error(`${file}: ${JSON.stringify(judgement.violations)}`)
  return { manifest, mcrouter: judgement.mcrouter }
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
