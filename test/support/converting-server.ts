import type { SecureContextOptions } from 'node:tls'
import type { Test } from 'tap'
import { issueAuthority, issueServing } from '../../certs/authority.ts'
import { LOCAL_NAMES } from '../../certs/names.ts'
import type { Versions } from '../../schemas/api-version.ts'
import { trusting } from '../../server/serving/cert-watcher.ts'
import { createCertificates } from '../../testing/control-plane/certificates.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { serverWith, type TestServer } from './server.ts'

const now = Date.now()

/** A CA, and what a server shows that it has signed. */
export async function issue() {
  const authority = await issueAuthority(now)
  const { certificate, key } = await issueServing(authority, LOCAL_NAMES, now)
  return { ca: authority.certificate, cert: certificate, key }
}

/**
 * A webhook server at a port of this machine that can go away and come back. It knows the clients of a CA, of which the API server is
 * none.
 */
export class ConvertingServer {
  readonly port: number
  readonly #versions: Versions
  readonly #clients: SecureContextOptions
  #context: SecureContextOptions
  #running: TestServer | undefined
  #setContext: (context: SecureContextOptions) => void = () => {}

  private constructor(
    port: number,
    versions: Versions,
    clients: SecureContextOptions,
    context: SecureContextOptions,
  ) {
    this.port = port
    this.#versions = versions
    this.#clients = clients
    this.#context = context
  }

  static async start(t: Test, versions: Versions, context: SecureContextOptions): Promise<ConvertingServer> {
    const clients = trusting((await createCertificates([])).ca)
    const server = new ConvertingServer(await freePort(), versions, clients, context)
    await server.start()
    t.teardown(() => server.stop())
    return server
  }

  async start(): Promise<void> {
    const tls = {
      context: { ...this.#context, ...this.#clients },
      attach: (server: { setSecureContext(context: SecureContextOptions): void }) => {
        this.#setContext = (context) => server.setSecureContext(context)
      },
    }
    this.#running = serverWith({ tls, knownCallersOnly: true, versions: this.#versions })
    await this.#running.app.listen({ host: LOOPBACK, port: this.port })
  }

  async stop(): Promise<void> {
    this.#running?.app.server.closeAllConnections()
    await this.#running?.app.close()
    this.#running = undefined
  }

  /** Shows another certificate to whoever connects from now on, which is everybody after the next answer. No review is cut off. */
  show(context: SecureContextOptions): void {
    this.#context = context
    this.#setContext({ ...context, ...this.#clients })
    this.#running?.app.server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false
    })
  }

  /** How many reviews it has answered with objects or without, and how many objects there were. */
  async counts(): Promise<{ reviews: number; objects: number }> {
    const text = (await this.#running?.deps.metrics.registry.metrics()) ?? ''
    const sum = (pattern: RegExp) =>
      [...text.matchAll(pattern)].reduce((all, match) => all + Number(match[1]), 0)
    return {
      reviews: sum(/webhook_requests_total\{webhook="\/convert",code="200"\} (\d+)/g),
      objects: sum(/conversion_objects_total\{[^}]*\} (\d+)/g),
    }
  }
}
