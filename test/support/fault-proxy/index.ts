import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as forward, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { TlsOptions } from '../../../reconciler/kube/connection/credentials.ts'
import { kubeconfig as credentials } from '../../../reconciler/kube/connection/kubeconfig.ts'
import { createCertificates } from '../../../testing/control-plane/certificates.ts'
import type { ControlPlane } from '../../../testing/control-plane/index.ts'
import { kubeconfig } from '../../../testing/control-plane/kubeconfig.ts'
import { deliver } from './deliver.ts'
import type { Asked, Fault } from './fault.ts'

export type { Asked, Fault } from './fault.ts'

/**
 * Stands between a client and the API server of a control plane, HTTPS on both sides, and lets a test say what becomes
 * of each request. The client shows the proxy a token; to the API server the proxy is cluster admin.
 */
export class FaultProxy {
  /** Everything that was asked, oldest first. */
  readonly asked: Asked[] = []
  /** Decides for each request; undefined lets it through. */
  fault: (asked: Asked) => Fault | undefined = () => undefined
  /** When a request was last not let through as it should, in milliseconds of performance.now(). */
  faultedAt = 0
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string
  /** A directory with `token`, `ca.crt` and `namespace`, as a pod has it. */
  readonly mount: string
  readonly #upstream: URL
  readonly #agent: Agent
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #watches = new Set<ServerResponse>()
  readonly #firstBodies = new Map<string, Buffer>()
  #frozen = new Set<ServerResponse>()
  #ca = ''
  #token = ''

  static async start(controlPlane: ControlPlane): Promise<FaultProxy> {
    const { read } = await credentials([controlPlane.kubeconfig], undefined)
    const { server, tls } = await read(false)
    const proxy = new FaultProxy(server, tls, join(controlPlane.directory, `proxy-${randomUUID()}`))
    await mkdir(proxy.mount, { recursive: true })
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    await proxy.replaceCertificate()
    return proxy
  }

  private constructor(upstream: URL, tls: TlsOptions, directory: string) {
    this.mount = directory
    this.kubeconfig = join(directory, 'kubeconfig')
    this.#upstream = upstream
    this.#agent = new Agent({ keepAlive: true, ...tls })
    this.#server = createServer((request, response) => this.#serve(request, response))
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' ? (address?.port ?? 0) : 0
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Requests since a moment of performance.now(). */
  since(at: number): Asked[] {
    return this.asked.filter((one) => one.at >= at)
  }

  /** Cuts all connections with a reset. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** What is open stays open, and nothing comes through any more. */
  freeze(): void {
    for (const response of this.#watches) this.#frozen.add(response)
  }

  /** Says something in every open watch. */
  say(text: string): void {
    for (const response of this.#watches) response.write(text)
  }

  /** From now on only a new token is good, and the files have it. */
  async replaceToken(): Promise<void> {
    this.#token = randomUUID()
    await this.#publish()
  }

  /** From now on a certificate of a new authority is shown, and the files have that; open connections are cut. */
  async replaceCertificate(): Promise<void> {
    const { ca, apiServer } = await createCertificates(['127.0.0.1'])
    this.#ca = ca
    this.#server.setSecureContext({ cert: apiServer.certificate, key: apiServer.key })
    await this.replaceToken()
    this.reset()
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    this.#agent.destroy()
    await closed
  }

  async #publish(): Promise<void> {
    const endpoint = { url: `https://127.0.0.1:${this.port}`, ca: this.#ca }
    await writeFile(this.kubeconfig, kubeconfig(endpoint, { token: this.#token }))
    await writeFile(join(this.mount, 'token'), this.#token)
    await writeFile(join(this.mount, 'ca.crt'), this.#ca)
    await writeFile(join(this.mount, 'namespace'), 'default')
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request
    const asked = { at: performance.now(), method, url, isWatch: url.includes('watch=true') }
    this.asked.push(asked)
    const known = request.headers.authorization === `Bearer ${this.#token}`
    const fault = known
      ? this.fault(asked)
      : ({ kind: 'status', status: 401, reason: 'Unauthorized' } as const)
    if (fault !== undefined) this.faultedAt = asked.at
    if (fault?.kind === 'reset') request.socket.destroy()
    else if (fault?.kind === 'status') refuse(response, fault)
    else if (fault?.kind !== 'silent') this.#forward(request, response, asked, fault)
  }

  #forward(request: IncomingMessage, response: ServerResponse, asked: Asked, fault: Fault | undefined): void {
    const { authorization: _, host: __, ...headers } = request.headers
    const target = { method: asked.method, path: asked.url, agent: this.#agent, headers }
    const upstream = forward(this.#upstream, target, (answer) => {
      if (asked.isWatch) this.#watches.add(response)
      const isFrozen = () => this.#frozen.has(response)
      void deliver(answer, response, fault, { isFrozen, key: asked.url, firstBodies: this.#firstBodies })
    })
    upstream.on('error', () => request.socket.destroy())
    response.on('close', () => {
      this.#watches.delete(response)
      this.#frozen.delete(response)
      upstream.destroy()
    })
    request.pipe(upstream)
  }
}

function refuse(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { status: code, reason, retryAfter } = fault
  response.writeHead(code, {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  })
  response.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: reason }),
  )
}
