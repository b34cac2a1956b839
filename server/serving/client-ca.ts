import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { parseCertificates } from '../../certs/chain.ts'
import { reasonOf } from '../../process/system-error.ts'
import { MCR_ERR_CLIENT_CA } from '../errors/errors.ts'
import { watchDirectory } from './watch-directory.ts'

/** As often as the serving certificate's directory. */
const POLL_INTERVAL = 10_000

/**
 * The CAs whose client certificates may call the webhooks, followed through every change of their file without a restart.
 * While the file holds none, the last ones stay in use: to trust nobody would stop all writes of Mcrouters, and to
 * trust everybody would defeat its purpose.
 */
export class ClientCa {
  readonly #file: string
  readonly #log: Pick<Logger, 'info' | 'warn'>
  #pem: string
  #fault: string | undefined
  #changed: () => void = () => {}
  #stopWatching: () => void = () => {}

  private constructor(file: string, log: Pick<Logger, 'info' | 'warn'>, pem: string) {
    this.#file = file
    this.#log = log
    this.#pem = pem
  }

  /** @throws MCR_ERR_CLIENT_CA when the file cannot be read or holds no certificate */
  static async read(file: string, log: Pick<Logger, 'info' | 'warn'>): Promise<ClientCa> {
    return new ClientCa(file, log, await read(file))
  }

  get pem(): string {
    return this.#pem
  }

  /** Calls `changed` whenever there are others, until close(). */
  follow(changed: () => void, pollMs = POLL_INTERVAL): void {
    this.#changed = changed
    this.#stopWatching = watchDirectory(dirname(this.#file), pollMs, () => void this.#look())
  }

  close(): void {
    this.#stopWatching()
  }

  async #look(): Promise<void> {
    try {
      const pem = await read(this.#file)
      this.#fault = undefined
      if (pem === this.#pem) return
      this.#pem = pem
      this.#changed()
      this.#log.info({ file: this.#file }, 'took client CAs into use')
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error)
      if (fault !== this.#fault) this.#log.warn({ fault }, `${fault}; those before stay in use`)
      this.#fault = fault
    }
  }
}

async function read(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MCR_ERR_CLIENT_CA(file, reasonOf(cause, REASONS), { cause })
  })
  if (certificatesIn(file, pem) === 0) throw new MCR_ERR_CLIENT_CA(file, 'it holds no certificate')
  return pem
}

function certificatesIn(file: string, pem: string): number {
  try {
    return parseCertificates(pem).length
  } catch (cause) {
    throw new MCR_ERR_CLIENT_CA(file, 'it holds a certificate that does not parse', { cause })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
}
