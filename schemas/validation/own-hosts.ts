import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import { canonicalHost } from '../external-server.ts'
import type { Settings } from '../fields.ts'
import type { Identity } from '../identity.ts'
import { MAIN_POOL } from '../mcrouter.ts'
import type { Violation } from './violation.ts'

/**
 * External servers that are those of the Mcrouter itself, or its routers: a write would reach a server in two pools, or a router
 * ask itself without end. By their names in the cluster (routing/servers.ts), of which only the usual domain is known here.
 */
export function ownHosts(identity: Identity, { pools }: Settings, { fieldPath }: ApiVersion): Violation[] {
  if (!pools.some(({ external }) => external.length > 0)) return []
  const { name, namespace } = identity
  const own = pools.map((pool) => (pool.name === MAIN_POOL ? '' : `-${pool.name}`))
  const services = new Set([name, ...own.map((pool) => `${name}-memcached${pool}`)])
  return pools.flatMap(({ external }, index) =>
    external.flatMap(({ host }, place): Violation[] => {
      if (!isOwn(host, services, namespace)) return []
      const path = `spec.${fieldPath('pool.external', index)}[${place}].host`
      const message = `Invalid value: ${quote(host)}: is of this Mcrouter itself, and must be a server that others run`
      return [{ path, reason: 'FieldValueInvalid', message }]
    }),
  )
}

function isOwn(host: string, services: ReadonlySet<string>, namespace: string): boolean {
  const [first = '', ...rest] = canonicalHost(host).split('.')
  const server = /^(.*)-\d+$/.exec(first)?.[1]
  const isServer = server !== undefined && server === rest[0] && services.has(server)
  if (!isServer && !services.has(first)) return false
  const domain = (isServer ? rest.slice(1) : rest).join('.')
  const absolute = `${namespace}.svc.cluster.local`
  if (host.endsWith('.')) return domain === absolute
  return ['', namespace, `${namespace}.svc`, absolute].includes(domain)
}
