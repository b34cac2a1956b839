import { CLIENT_TLS_DIRECTORY, SERVER_TLS_DIRECTORY } from '../routing/flags.ts'
import type { Pool, Routers } from '../schemas/mcrouter.ts'

/** Where the Secret of a pool is mounted in its servers. */
export const POOL_TLS_DIRECTORY = '/etc/memcached-tls'

/** What the names of such volumes begin with. */
export const CERTIFICATE_VOLUME = 'tls-'

/** A Secret as a pod has it. */
export interface CertificateVolume {
  readonly name: string
  readonly secretName: string
  /** Where it is mounted: as a whole, a file mounted by subPath never changes. */
  readonly directory: string
  /** The only keys of it that the pod gets, and cannot start without. */
  readonly keys: readonly string[]
}

const PAIR = ['tls.crt', 'tls.key']

export function routerCertificates({
  clientTls,
  serverTls,
}: Pick<Routers, 'clientTls' | 'serverTls'>): CertificateVolume[] {
  const clients = clientTls && {
    name: `${CERTIFICATE_VOLUME}clients`,
    secretName: clientTls.secretName,
    directory: CLIENT_TLS_DIRECTORY,
    keys: [...PAIR, ...(clientTls.requireClientCertificate ? ['ca.crt'] : [])],
  }
  const servers = serverTls && {
    name: `${CERTIFICATE_VOLUME}servers`,
    secretName: serverTls.secretName,
    directory: SERVER_TLS_DIRECTORY,
    keys: ['ca.crt', ...(serverTls.clientCertificate ? PAIR : [])],
  }
  return [clients, servers].filter((volume) => volume !== undefined)
}

export function poolCertificates({ tls }: Pick<Pool, 'tls'>): CertificateVolume[] {
  if (tls === undefined) return []
  return [
    {
      name: `${CERTIFICATE_VOLUME}pool`,
      secretName: tls.secretName,
      directory: POOL_TLS_DIRECTORY,
      keys: PAIR,
    },
  ]
}
