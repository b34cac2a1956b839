import { readdir } from 'node:fs/promises'
import type { SecureContextOptions } from 'node:tls'
import type { Logger } from 'pino'
import type { PassiveClock } from '../../process/clock.ts'
import { reasonOf } from '../../process/system-error.ts'
import { MCR_ERR_CERT_DIR } from '../errors/errors.ts'
import type { Flags } from '../flags.ts'
import type { CertificateMetrics } from '../metrics.ts'
import { CertWatcher, trusting } from './cert-watcher.ts'
import type { ClientCa } from './client-ca.ts'
import type { TlsSource } from './http-server.ts'

/** The certificate that the server starts with, and all that follow it. */
export interface Certificate extends TlsSource {
  /** Why the API server would not trust it, with what to do; undefined when it would. */
  unready(): string | undefined
  close(): void
}

type Needs = Pick<Flags, 'certDir' | 'tlsMinVersion'>

/**
 * From the directory that the flags name, else made in memory.
 * @param clientCa undefined when clients need no certificate
 * @throws MCR_ERR_CERT_DIR when the directory cannot be read; an empty one is waited for
 */
export async function certificateFor(
  { certDir, tlsMinVersion }: Needs,
  log: Logger,
  clock: PassiveClock,
  metrics: CertificateMetrics,
  clientCa: ClientCa | undefined,
): Promise<Certificate> {
  if (certDir === undefined) return madeInMemory(await ephemeral(clock, tlsMinVersion), clientCa)
  await readdir(certDir).catch((cause: unknown) => {
    throw new MCR_ERR_CERT_DIR(certDir, reasonOf(cause, REASONS), { cause })
  })
  const source = new CertWatcher({
    directory: certDir,
    log,
    minVersion: tlsMinVersion,
    clientCa: () => clientCa?.pem,
    now: () => clock.now(),
    onRead: metrics.read,
  })
  source.start()
  await source.look()
  metrics.follow(() => source.notAfter())
  clientCa?.follow(() => source.renew())
  const found = source.notAfter() !== undefined
  return {
    // Nobody trusts the one in memory, and nobody needs to: it lets the kubelet see a live process that is not ready.
    context: found
      ? await source.options()
      : { ...(await ephemeral(clock, tlsMinVersion)), ...trusting(clientCa?.pem) },
    attach: (server) => source.attach(server),
    unready: () => source.unready(),
    close: () => source.close(),
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a directory',
  EACCES: 'this user may not read it',
}

function madeInMemory(own: SecureContextOptions, clientCa: ClientCa | undefined): Certificate {
  return {
    context: { ...own, ...trusting(clientCa?.pem) },
    attach(server) {
      clientCa?.follow(() => server.setSecureContext({ ...own, ...trusting(clientCa.pem) }))
    },
    unready: () => undefined,
    close() {},
  }
}

async function ephemeral(
  clock: PassiveClock,
  minVersion: Flags['tlsMinVersion'],
): Promise<SecureContextOptions> {
  // Loaded when it is needed, which is hardly ever in a cluster: the library takes 14 MiB.
  const { issueEphemeral } = await import('../../certs/authority.ts')
  const { certificate, key } = await issueEphemeral(clock.now())
  return { cert: certificate, key, minVersion }
}
