import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { issueEphemeral } from '../../../certs/authority.ts'
import { freePort, LOOPBACK } from '../../../testing/control-plane/port.ts'
import { eventually } from '../../../testing/deadline.ts'
import { cpuOf, forgetPeak, memoryOf } from '../../../testing/process/usage.ts'
import { Volume } from '../../server/volume.ts'

/** What a body cost the server, from its first byte to the last of the answer. */
export interface Cost {
  readonly status: number
  /** Of all threads of the process. */
  readonly cpuMs: number
  /** Resident memory beyond that before the body, and beyond the body itself. */
  readonly mebibytes: number
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))
/** As in the image (Dockerfile). */
const FLAGS = ['--max-semi-space-size=4', '--expose-gc']
const ENV = { ...process.env, MALLOC_ARENA_MAX: '1' }

/** A server process of which each body's cost is known. */
export class MeasuredServer {
  readonly #child: ChildProcess
  readonly #port: number
  readonly #directory: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })

  private constructor(child: ChildProcess, port: number, directory: string) {
    this.#child = child
    this.#port = port
    this.#directory = directory
  }

  static async start(): Promise<MeasuredServer> {
    const directory = await mkdtemp(join(tmpdir(), 'mcrouter-measured-'))
    const volume = new Volume(join(directory, 'certificates'))
    await volume.write(await issueEphemeral(Date.now()))
    const port = await freePort()
    const flags = [`--listen=${LOOPBACK}:${port}`, `--cert-dir=${volume.directory}`, '--log-level=error']
    const child = fork(CHILD, flags, { execArgv: FLAGS, env: ENV })
    const server = new MeasuredServer(child, port, directory)
    await eventually('the server is ready', async () => (await server.#send('GET', '/readyz')) === 200)
    return server
  }

  /** Of the body, the first time that it is sent. */
  async costOf(path: string, body: string): Promise<Cost> {
    const pid = this.#child.pid ?? 0
    await this.#collect()
    forgetPeak(pid)
    const { now } = memoryOf(pid)
    const before = cpuOf(pid)
    const status = await this.#send('POST', path, body)
    const cpuMs = (cpuOf(pid) - before) / 1000
    const size = Buffer.byteLength(body) / 1024 / 1024
    return { status, cpuMs, mebibytes: memoryOf(pid).peak - now - size }
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    this.#child.kill('SIGKILL')
    await rm(this.#directory, { recursive: true })
  }

  async #collect(): Promise<void> {
    const collected = once(this.#child, 'message')
    this.#child.send('collect')
    await collected
  }

  #send(method: string, path: string, body = ''): Promise<number> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const options = { host: LOOPBACK, port: this.#port, agent: this.#agent, method, path, headers }
    return new Promise((resolve, reject) => {
      request(options, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0))
      })
        .on('error', reject)
        .end(body)
    })
  }
}
