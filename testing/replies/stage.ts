import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flagsFor } from '../../routing/flags.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { freePort, freePorts, LOOPBACK } from '../control-plane/port.ts'
import { eventually } from '../deadline.ts'
import { mcrouterWith } from '../mcrouter.ts'
import { accepts } from '../pool.ts'
import type { Child, Children } from '../process/children.ts'
import { RecordedClient } from './client.ts'
import { isCalled, ROUTE_PREFIX, serversOf } from './configuration.ts'

export interface Programs {
  readonly mcrouter: string
  readonly memcached: string
}

/** Far beyond what a reply takes: a server that is dead refuses at once, and a machine may be slow. */
const TIMEOUT_MS = 10_000

/** The servers of a configuration on loopback, each a memcached, and routers before them. */
export class RecordedStage {
  readonly #children: Children
  readonly #programs: Programs
  readonly #configuration: JsonObject
  readonly #ports: ReadonlyMap<string, number>
  readonly #servers = new Map<string, Child>()

  private constructor(
    children: Children,
    programs: Programs,
    configuration: JsonObject,
    ports: ReadonlyMap<string, number>,
  ) {
    this.#children = children
    this.#programs = programs
    this.#configuration = configuration
    this.#ports = ports
  }

  static async start(children: Children, programs: Programs, configuration: JsonObject) {
    const servers = serversOf(configuration)
    const free = await freePorts(servers.length)
    const ports = new Map(servers.map((server, index) => [server, free[index] ?? 0]))
    const stage = new RecordedStage(children, programs, configuration, ports)
    await Promise.all(servers.map((server) => stage.#start(server)))
    return stage
  }

  /** A client of a router that is started for it. */
  async client(): Promise<RecordedClient> {
    const port = await freePort()
    const file = join(this.#children.directory, `${port}.json`)
    await writeFile(file, this.#text())
    const prefix = this.#configuration.routes === undefined ? [] : [`--route-prefix=${ROUTE_PREFIX}`]
    // A flag given twice counts as given last.
    const args = [...flagsFor(mcrouterWith()), `--config-file=${file}`, `--port=${port}`, ...prefix]
    const router = this.#children.start('mcrouter', { file: this.#programs.mcrouter, args })
    await eventually('a router', async () => (await accepts(port)) || !router.running)
    if (!router.running) throw new Error(`mcrouter has ended:\n${await router.log()}`)
    return RecordedClient.connect(port)
  }

  /** @param name the first part of its host name */
  async kill(name: string): Promise<void> {
    await this.#servers.get(this.#called(name))?.stop('SIGKILL')
  }

  /** Empty, as one comes back that was killed. */
  async revive(name: string): Promise<void> {
    await this.#start(this.#called(name))
  }

  #called(name: string): string {
    const server = [...this.#ports.keys()].find((one) => isCalled(name, one))
    if (server === undefined) throw new Error(`there is no server ${name}`)
    return server
  }

  async #start(server: string): Promise<void> {
    const port = this.#ports.get(server) ?? 0
    // As root it insists on a user.
    const args = ['-u', 'nobody', '-l', LOOPBACK, '-p', `${port}`, '-U', '0', '-t', '1', '-m', '16']
    const child = this.#children.start('memcached', { file: this.#programs.memcached, args })
    this.#servers.set(server, child)
    await eventually('a server', async () => (await accepts(port)) || !child.running)
    if (!child.running) throw new Error(`memcached has ended:\n${await child.log()}`)
  }

  #text(): string {
    return JSON.stringify(this.#configuration, (name, value: unknown) => {
      if (name === 'server_timeout' || name === 'connect_timeout') return TIMEOUT_MS
      const port = typeof value === 'string' ? this.#ports.get(value) : undefined
      return port === undefined ? value : `${LOOPBACK}:${port}`
    })
  }
}
