import { parse } from 'yaml'
import { poolsOf, TOPOLOGIES, type Topology, topologyOf } from '../../../build/topologies/topology.ts'
import { routingOf } from '../../../render/routing.ts'
import { explainer } from '../../../routing/explain/explain.ts'
import { versionsWith } from '../../../routing/versions.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import type { Target } from '../agent/connection.ts'
import { apply } from './cluster.ts'
import { Mcrouter } from './mcrouter.ts'

const VERSIONS = versionsWith()
const SETTINGS = { clusterDomain: 'cluster.local' }
/** Of every pool and of the routers: many are to fit on one node. */
const POD = { resources: { requests: { cpu: '5m' } } }
/** Any that the cluster has, of the release that is the default. */
const ROUTER = { image: 'devan2502/mcrouter:v2026.08.17.00', replicas: 1, pod: POD }

/** An example on the cluster, with as few servers as show what it does. */
export class Example {
  readonly mcrouter: Mcrouter
  /** What is explained of it. */
  topology: Topology
  #spec: JsonObject

  constructor(name: string, namespace: string, external: readonly string[]) {
    const { manifest, mcrouter } = topologyOf(name, VERSIONS)
    this.mcrouter = new Mcrouter(namespace, mcrouter.name)
    this.#spec = small(objectIn(parse(manifest)).spec, external)
    this.topology = this.#explained(name)
  }

  get target(): Target {
    return { host: this.mcrouter.host, port: 5000 }
  }

  async apply(change: JsonObject = {}, annotations: JsonObject = {}): Promise<void> {
    this.#spec = { ...this.#spec, ...change }
    this.topology = this.#explained(this.topology.name)
    await apply([this.#object(this.#spec, annotations)])
  }

  /** What is said of a change that is refused. */
  async refusal(change: JsonObject, annotations: JsonObject = {}): Promise<string> {
    const complaint = await apply([this.#object({ ...this.#spec, ...change }, annotations)]).then(
      () => undefined,
      String,
    )
    if (complaint === undefined) throw new Error(`${this.mcrouter.name}: accepted`)
    return complaint
  }

  get spec(): JsonObject {
    return this.#spec
  }

  /** Of a pool, by ordinal. */
  servers(pool = 'main'): Target[] {
    const found = poolsOf(this.topology).find((one) => one.pool.name === pool)
    return (found?.servers ?? []).map(targetOf)
  }

  #object(spec = this.#spec, annotations: JsonObject = {}): JsonObject {
    const { name, namespace } = this.mcrouter
    return {
      apiVersion: 'mcrouter.example.com/v1beta1',
      kind: 'Mcrouter',
      metadata: { name, namespace, annotations },
      spec,
    }
  }

  #explained(name: string): Topology {
    const judgement = judge(this.#object(), { versions: VERSIONS })
    if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
    const { mcrouter } = judgement
    return { name, manifest: '', mcrouter, explain: explainer(routingOf(mcrouter, SETTINGS)) }
  }
}

export function examples(namespace: string, external: readonly string[]): ReadonlyMap<string, Example> {
  return new Map(TOPOLOGIES.map((name) => [name, new Example(name, namespace, external)]))
}

/** `host:port`, as mcrouter writes it. */
export function targetOf(server: string): Target {
  const colon = server.lastIndexOf(':')
  return { host: server.slice(0, colon), port: Number(server.slice(colon + 1)) }
}

function small(spec: unknown, external: readonly string[]): JsonObject {
  const { memcached, pools, ...rest } = objectIn(spec)
  const further = Array.isArray(pools) ? { pools: pools.map((pool) => smallPool(pool, external)) } : {}
  return { ...rest, ...further, memcached: smallPool(memcached, external), router: ROUTER }
}

function smallPool(pool: unknown, external: readonly string[]): JsonObject {
  const { shards, external: others, ...rest } = objectIn(pool)
  if (Array.isArray(others))
    return { ...rest, external: others.slice(0, external.length).map((_, at) => ({ host: external[at] })) }
  return { ...rest, shards: Math.min(2, Number(shards)), memory: '32Mi', minReadySeconds: 0, pod: POD }
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
