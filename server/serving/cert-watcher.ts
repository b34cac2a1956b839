import { constants } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createSecureContext, type SecureContextOptions, type SecureVersion, type Server } from 'node:tls'
import { lifeOf } from '../../certs/chain.ts'
import { distrust, parseBundle, parseServing, type ServingCertificate } from '../../certs/serving.ts'
import { readServingFiles } from '../../certs/serving-files.ts'
import { watchDirectory } from './watch-directory.ts'

export interface CertificateSourceOptions {
  /** Holds tls.crt, tls.key and ca.crt in PEM; usually a mounted Secret. */
  readonly directory: string
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
  /** Wall clock in milliseconds since 1970. */
  readonly now?: () => number
  /** Milliseconds between two looks at the directory, beside the notices of the file system. */
  readonly pollMs?: number
  readonly minVersion?: SecureVersion
  /** The CAs whose client certificates are known, in PEM; undefined when clients are not asked for one. */
  readonly clientCa?: () => string | undefined
  /** Told of each look at the directory. */
  readonly onRead?: (look: ReadResult) => void
}

/** What a look found: a certificate that was taken into use, the one in use, or what cannot be served. */
export type ReadResult = 'taken' | 'same' | 'refused'

/** Some file systems give no notice of a change; controller-runtime's certwatcher polls as often. */
const POLL_INTERVAL = 10_000

/**
 * The serving certificate, followed through every change of its directory without a restart. Only what clients accept
 * is taken into use; until then the last one that they accepted stays.
 */
export class CertWatcher {
  readonly #options: CertificateSourceOptions
  readonly #now: () => number
  readonly #events = new EventEmitter()
  #server: Pick<Server, 'setSecureContext'> | undefined
  #stopWatching: (() => void) | undefined
  #serving: ServingCertificate | undefined
  /** The newest ca.crt that parses, also when what came with it cannot be served. */
  #bundle: ReturnType<typeof parseBundle> = []
  #fault: string | undefined
  #looking: Promise<void> | undefined
  #lookAgain = false

  constructor(options: CertificateSourceOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Follows the directory until close(); it need not exist yet. */
  start(): void {
    const { directory, pollMs } = this.#options
    this.#stopWatching = watchDirectory(directory, pollMs ?? POLL_INTERVAL, () => this.look())
  }

  close(): void {
    this.#stopWatching?.()
  }

  /** Options of an HTTPS server with the certificate in use. Resolves once there is one; rejects when `signal` fires. */
  async options(signal?: AbortSignal): Promise<SecureContextOptions> {
    while (!this.#serving) await once(this.#events, 'taken', signal ? { signal } : {})
    return this.#contextOf(this.#serving)
  }

  /** Keeps `server` on the certificate in use. Connections that are open live on; new ones get the new certificate. */
  attach(server: Pick<Server, 'setSecureContext'>): void {
    this.#server = server
    if (this.#serving) server.setSecureContext(this.#contextOf(this.#serving))
  }

  /** Has the server know the client CAs that there are now. */
  renew(): void {
    if (this.#serving) this.#server?.setSecureContext(this.#contextOf(this.#serving))
  }

  /** Whether clients that trust the newest ca.crt accept the certificate in use, at this moment. */
  ready(): boolean {
    return this.unready() === undefined
  }

  /** Why not, with what to do; undefined when ready. */
  unready(): string | undefined {
    if (this.#serving) return distrust(this.#serving, this.#bundle, this.#now())
    return this.#fault ?? `no certificate has been read from ${this.#options.directory} yet`
  }

  /** When the certificate in use ends, in milliseconds since 1970; undefined while there is none. */
  notAfter(): number | undefined {
    return this.#serving && lifeOf(this.#serving.leaf).notAfter
  }

  /** Looks at the directory. Resolves when what is there now has been seen; never rejects. */
  look(): Promise<void> {
    this.#lookAgain = true
    this.#looking ??= this.#lookUntilSeen()
    return this.#looking
  }

  async #lookUntilSeen(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false
      try {
        const look = this.#use(await this.#read())
        this.#fault = undefined
        this.#options.onRead?.(look)
      } catch (error) {
        this.#refuse(error instanceof Error ? error.message : String(error))
      }
    }
    this.#looking = undefined
  }

  async #read(): Promise<ServingCertificate> {
    const { directory } = this.#options
    const found = await readServingFiles(directory)
    if ('missing' in found) {
      throw new Error(
        `waiting for ${found.missing.join(', ')} in ${directory}; the reconciler or cert-manager writes the Secret that is mounted there`,
      )
    }
    this.#bundle = parseBundle(found.files.bundle)
    return parseServing(found.files)
  }

  /** Throws when clients, or OpenSSL, would not have it. */
  #use(serving: ServingCertificate): ReadResult {
    const fault = distrust(serving, this.#bundle, this.#now())
    if (fault) throw new Error(fault)
    const { files } = serving
    const inUse = this.#serving?.files
    if (files.certificate === inUse?.certificate && files.key === inUse.key) return 'same'

    const context = this.#contextOf(serving)
    createSecureContext(context)
    this.#server?.setSecureContext(context)
    this.#serving = serving
    this.#events.emit('taken')
    const { serialNumber, issuer, validTo } = serving.leaf
    this.#options.log.info({ serialNumber, issuer, validTo }, 'took a serving certificate into use')
    return 'taken'
  }

  #refuse(fault: string): void {
    this.#options.onRead?.('refused')
    if (fault === this.#fault) return
    this.#fault = fault
    const meanwhile = this.#serving ? 'the certificate before it stays in use' : 'not ready until then'
    this.#options.log.warn({ fault }, `no new serving certificate: ${fault}; ${meanwhile}`)
  }

  /** All of them each time: setSecureContext sets what it is not given back to Node's defaults. */
  #contextOf({ files }: ServingCertificate): SecureContextOptions {
    const { minVersion = 'TLSv1.3', clientCa } = this.#options
    return { cert: files.certificate, key: files.key, minVersion, ...trusting(clientCa?.()) }
  }
}

/**
 * The part of a context that asks clients for a certificate. A resumed session would bring the verdict of the CAs of then;
 * the API server never resumes one (client-go has no ClientSessionCache).
 */
export function trusting(clientCa: string | undefined): SecureContextOptions {
  return clientCa === undefined ? {} : { ca: clientCa, secureOptions: constants.SSL_OP_NO_TICKET }
}
