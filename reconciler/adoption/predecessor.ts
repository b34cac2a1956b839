import { isDeepStrictEqual } from 'node:util'
import { namesOf } from '../../render/names.ts'
import { poolName } from '../../routing/servers.ts'
import { valueAt } from '../../schemas/fields.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { STORED } from '../../schemas/versions.ts'
import type { KubeObject } from '../kube/api.ts'
import { count, record, records, text } from '../observe/untyped.ts'
import { PREDECESSORS_PORT } from './partition.ts'

/**
 * Whether an object is what the Ansible operator made for a Mcrouter of that name, in every field that its templates set
 * (roles/mcrouter/templates of geerlingguy/mcrouter-operator at its commit 5caa145). They set no label and no annotation by
 * which it could be known otherwise.
 */
export function isPredecessors(object: KubeObject, mcrouter: KubeObject): boolean {
  const { kind, metadata, spec = {} } = object
  const { name } = mcrouter.metadata
  const { routers } = namesOf({ name })
  const memcached = poolName({ name }, MAIN_POOL)
  if (kind === 'Deployment') return metadata.name === routers && isRouter(spec, memcached)
  if (metadata.name !== memcached) return false
  const ports = [PREDECESSORS_PORT, count(valueAt(mcrouter.spec, STORED.keysOf('pool.port')))]
  if (kind === 'StatefulSet') return isPool(spec, `${name}-cache`, memcached)
  return kind === 'Service' && isPoolService(spec, `${name}-cache`, ports)
}

/** Its selector has an empty `matchLabels` as well until it was applied for a second time. */
function isPoolService(spec: JsonObject, app: string, expected: readonly number[]): boolean {
  const { matchLabels = '', ...selector } = record(spec.selector)
  const ports = records(spec.ports)
  return (
    matchLabels === '' &&
    isDeepStrictEqual(selector, { app }) &&
    spec.type === 'ClusterIP' &&
    ports.length === 1 &&
    ports.every(
      ({ name, port, protocol, targetPort, nodePort }) =>
        expected.includes(count(port)) &&
        targetPort === port &&
        protocol === 'TCP' &&
        name === undefined &&
        nodePort === undefined,
    )
  )
}

const MEMCACHED = ['memcached', '-m', '256', '-I', '32m', '-v']

function isPool(spec: JsonObject, app: string, service: string): boolean {
  const container = onlyContainer(spec, app)
  return (
    spec.serviceName === service &&
    container?.name === 'memcached' &&
    isDeepStrictEqual(container.command, MEMCACHED)
  )
}

/** Its label is the same for every Mcrouter: only the servers that it uses say whose it is. */
function isRouter(spec: JsonObject, memcached: string): boolean {
  const container = onlyContainer(spec, 'mcrouter')
  const [program, ...words] = Array.isArray(container?.command) ? container.command.map(text) : []
  const config = words.find((word) => word.startsWith(CONFIG))?.slice(CONFIG.length)
  const servers = config === undefined ? undefined : serversIn(config)
  return (
    container?.name === 'mcrouter' &&
    program === 'mcrouter' &&
    servers?.every((server) => server.startsWith(`${memcached}-`) && server.includes(`.${memcached}.`)) ===
      true
  )
}

const CONFIG = '--config-str='

/** Undefined where it is not the configuration of that operator, whose one pool is called A. */
function serversIn(config: string): readonly string[] | undefined {
  try {
    const { servers } = record(record(record(JSON.parse(config)).pools).A)
    return Array.isArray(servers) ? servers.map(text) : undefined
  } catch {
    return undefined
  }
}

/** The container of a workload that selects by the label `app` alone; undefined where it has another or more. */
function onlyContainer(spec: JsonObject, app: string): JsonObject | undefined {
  const template = record(spec.template)
  const [container, ...others] = records(record(template.spec).containers)
  const isSelected =
    isDeepStrictEqual(spec.selector, { matchLabels: { app } }) &&
    isDeepStrictEqual(record(template.metadata).labels, { app })
  return isSelected && others.length === 0 ? container : undefined
}
