import { CLIENT_TLS_DIRECTORY, SERVER_TLS_DIRECTORY } from '../routing/flags.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import { isIssued } from '../schemas/tls.ts'
import { issuedSecret } from './names.ts'

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
  name,
  routers: { clientTls, serverTls },
  pools,
}: Pick<Mcrouter, 'name' | 'routers' | 'pools'>): CertificateVolume[] {
  const clients = clientTls && {
    name: `${CERTIFICATE_VOLUME}clients`,
    secretName: clientTls.secretName,
    directory: CLIENT_TLS_DIRECTORY,
    keys: [...PAIR, ...(clientTls.requireClientCertificate ? ['ca.crt'] : [])],
  }
  const issued = pools.some(isIssued) ? issuedSecret({ name }) : undefined
  const trusted = serverTls?.secretName ?? issued
  const servers =
    trusted === undefined
      ? undefined
      : {
          name: `${CERTIFICATE_VOLUME}servers`,
          secretName: trusted,
          directory: SERVER_TLS_DIRECTORY,
          keys: ['ca.crt', ...(serverTls?.clientCertificate ? PAIR : [])],
        }
  return [clients, servers].filter((volume) => volume !== undefined)
}

export function poolCertificates(mcrouter: Pick<Mcrouter, 'name'>, pool: Pool): CertificateVolume[] {
  const secretName = isIssued(pool) ? issuedSecret(mcrouter) : pool.tls?.secretName
  if (secretName === undefined) return []
  return [
    {
      name: `${CERTIFICATE_VOLUME}pool`,
      secretName,
      directory: POOL_TLS_DIRECTORY,
      keys: PAIR,
    },
  ]
}
