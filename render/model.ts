import { serialise } from '../routing/config.ts'
import { digest } from '../routing/digest.ts'
import { CONFIG_DIRECTORY, CONFIG_KEY, flagsFor } from '../routing/flags.ts'
import type { McrouterConfig } from '../routing/mcrouter-config.ts'
import { poolName } from '../routing/servers.ts'
import type { JsonObject } from '../schemas/json.ts'
import type { Mcrouter, Pool, Routers } from '../schemas/mcrouter.ts'
import { type AccessModel, accessModel } from './access.ts'
import { type CertificateVolume, poolCertificates, routerCertificates } from './certificates.ts'
import { type Names, namesOf } from './names.ts'
import { type Port, poolPortName, routerPorts } from './ports.ts'
import type { RenderSettings } from './rendering.ts'
import { routingOf, stepOf } from './routing.ts'
import { type Service, serviceOf } from './service.ts'
import { labelled, memcachedArgs, type Workload, workloadOf } from './workload.ts'

/**
 * What templates of the whole Mcrouter read: what depends on the Mcrouter is decided here, what never does is in the
 * templates.
 */
export interface Model {
  readonly namespace: string
  readonly names: Names
  readonly config: Config
  readonly routers: Workload & {
    /** Of the workload. */
    readonly name: string
    readonly debugFifoRoot: string
    /** One on each node: no number is theirs, and they are spread already. */
    readonly onNodes: boolean
    /** Undefined where the spec says how many there are. */
    readonly autoscaling: Routers['autoscaling'] | undefined
    /** The first is asked by probes. */
    readonly ports: readonly Port[]
    readonly certificates: readonly CertificateVolume[]
  }
  readonly service: Service
  /** Of NetworkPolicies; undefined where there are none. */
  readonly access: AccessModel | undefined
  /** Of every object; left out when empty, as those of pods are. */
  readonly annotations: Mcrouter['inherited']['annotations']
}

/** What templates read that are rendered once for each pool. */
export interface PoolModel extends Model {
  readonly pool: Workload & {
    /** Of its objects, but for the workload where each copy has one. */
    readonly name: string
    /** Of the workload. */
    readonly statefulSet: string
    readonly minReadySeconds: number
    /** Of the port of its containers. */
    readonly portName: string
    readonly certificates: readonly CertificateVolume[]
  }
}

export interface Config {
  readonly directory: string
  readonly key: string
  readonly text: string
  /** md5 of `text` in hex. */
  readonly digest: string
}

export function modelOf(mcrouter: Mcrouter, settings: RenderSettings): Model {
  const { routers, inherited } = mcrouter
  const routing = routingOf(mcrouter, settings)
  return {
    namespace: mcrouter.namespace,
    names: namesOf(mcrouter),
    config: configOf(routing),
    routers: {
      name: namesOf(mcrouter).routers,
      ...labelled(mcrouter, 'mcrouter', routers.pod),
      ...workloadOf(routers, routers.replicas, flagsFor(mcrouter)),
      debugFifoRoot: routers.debugFifoRoot,
      onNodes: routers.placement === 'Node',
      autoscaling: routers.autoscaling,
      ports: routerPorts(routers),
      certificates: routerCertificates(mcrouter),
    },
    service: serviceOf(mcrouter),
    access: accessModel(mcrouter, routing, settings.operatorPods),
    annotations: inherited.annotations,
  }
}

/** @param pool whose servers are our own */
export function poolModelOf(
  mcrouter: Mcrouter,
  pool: Pool,
  model: Model,
  settings: RenderSettings,
): PoolModel {
  const name = poolName(mcrouter, pool.name)
  return {
    ...model,
    pool: {
      name,
      statefulSet: name,
      minReadySeconds: pool.minReadySeconds,
      portName: poolPortName(pool),
      certificates: poolCertificates(mcrouter, pool),
      ...labelled(mcrouter, { pool: pool.name }, pool.pod),
      ...workloadOf(pool, stepOf(pool, settings).servers, memcachedArgs(pool)),
    },
  }
}

function configOf(routing: McrouterConfig | JsonObject): Config {
  const text = serialise(routing)
  return { directory: CONFIG_DIRECTORY, key: CONFIG_KEY, text, digest: digest(text) }
}
