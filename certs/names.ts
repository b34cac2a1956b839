export interface ServingNames {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}

/** For `kubectl port-forward` and for a server on the machine of a developer. */
export const LOCAL_NAMES: ServingNames = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] }

/**
 * Every name under which clients reach a Service. The API server asks for `<service>.<namespace>.svc` and nothing else:
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference
 */
export function servingNames(service: string, namespace: string, clusterDomain: string): ServingNames {
  return {
    dns: [
      `${service}.${namespace}.svc`,
      `${service}.${namespace}.svc.${clusterDomain}`,
      `${service}.${namespace}`,
      service,
      ...LOCAL_NAMES.dns,
    ],
    ip: LOCAL_NAMES.ip,
  }
}
