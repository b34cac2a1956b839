import { isIP } from 'node:net'

export interface ServingNames {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}

/** The Service of the server of an operator whose objects have names that begin so. */
export function serverService(name: string): string {
  return `${name}-server`
}

/** For `kubectl port-forward` and for a server on the machine of a developer. */
export const LOCAL_NAMES: ServingNames = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] }

/**
 * Every name under which clients reach a Service. The API server asks for `<service>.<namespace>.svc` and nothing else:
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference
 *
 * @param host a DNS name or an IP address at which it is reached beside the Service
 */
export function servingNames(
  service: string,
  namespace: string,
  clusterDomain: string,
  host?: string,
): ServingNames {
  const others = host === undefined || isLocal(host) ? [] : [host]
  return {
    dns: [
      `${service}.${namespace}.svc`,
      `${service}.${namespace}.svc.${clusterDomain}`,
      `${service}.${namespace}`,
      service,
      ...LOCAL_NAMES.dns,
      ...others.filter((one) => isIP(one) === 0),
    ],
    ip: [...LOCAL_NAMES.ip, ...others.filter((one) => isIP(one) !== 0)],
  }
}

function isLocal(host: string): boolean {
  return LOCAL_NAMES.dns.includes(host) || LOCAL_NAMES.ip.includes(host)
}
