import { Agent, request } from 'node:https'
import { setImmediate } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

/** The name by which the API server knows the webhook, and the only one it asks for. */
export const SERVER_NAME = 'op-server.sys.svc'

/**
 * Calls a webhook over and over as the API server does: keep-alive connections that trust the caBundle of the webhook
 * configuration and nothing else, and new ones when its bytes change, since they are part of the transport's cache key
 * (client-go transport/cache.go). Time is the machine's own: Node's TLS takes no other.
 */
export class ApiServer {
  /** Every call that failed. */
  readonly failures: Error[] = []
  /** The serial numbers of the certificates that were shown, in the order in which they first were. */
  readonly shown = new Set<string>()
  calls = 0
  readonly #caBundle: () => string
  readonly #ports: readonly number[]
  readonly #keepAlive: boolean
  readonly #agents = new Map<string, Agent>()
  #calling = true
  #loops: Promise<unknown> | undefined

  /** `caBundle` in PEM, as this API server knows it at this moment; `keepAlive` false for a new connection each time. */
  constructor(ports: readonly number[], caBundle: () => string, keepAlive: boolean) {
    this.#ports = ports
    this.#caBundle = caBundle
    this.#keepAlive = keepAlive
  }

  start(): void {
    this.#loops = Promise.all(this.#ports.map((port) => this.#callOn(port)))
  }

  async stop(): Promise<void> {
    this.#calling = false
    await this.#loops
    for (const agent of this.#agents.values()) agent.destroy()
  }

  async #callOn(port: number): Promise<void> {
    while (this.#calling) {
      await this.#call(port).catch((error: Error) => this.failures.push(error))
      this.calls += 1
      await setImmediate()
    }
  }

  #call(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = request({
        agent: this.#agentFor(this.#caBundle()),
        host: '127.0.0.1',
        port,
        servername: SERVER_NAME,
        method: 'POST',
      })
      call.once('error', reject)
      call.once('response', (response) => {
        const { socket } = response
        const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
        if (peer) this.shown.add(peer.serialNumber)
        response.resume().once('end', resolve).once('error', reject)
      })
      call.end('{}')
    })
  }

  #agentFor(ca: string): Agent {
    const agent = this.#agents.get(ca) ?? new Agent({ keepAlive: this.#keepAlive, ca })
    this.#agents.set(ca, agent)
    return agent
  }
}
