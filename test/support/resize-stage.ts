import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configFor, serialise } from '../../routing/config.ts'
import { digest } from '../../routing/digest.ts'
import { flagsFor } from '../../routing/flags.ts'
import { featuresOf } from '../../routing/release.ts'
import { type Resize, serversDuring } from '../../routing/resize.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { freePorts, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { Connection } from '../../testing/load/connection.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { accepts, startMemcached } from '../../testing/pool.ts'
import { Children } from '../../testing/process/children.ts'
import { builtStandin } from '../clients/stage.ts'

/** A server that takes longer has died: on a machine that others use a read would else be a miss. */
export const PATIENCE_MS = 60_000
const MCROUTER = mcrouterWith({
  topology: 'sharded',
  routers: { release: 'current', timeouts: { serverMs: PATIENCE_MS, connectMs: PATIENCE_MS, untilDown: 3 } },
})

export type Phase = Resize | { readonly phase: 'plain'; readonly servers: number }

/** What the operator publishes while a pool over these servers is in a phase. */
function phaseText(phase: Phase, addresses: readonly string[]): string {
  const count = phase.phase === 'plain' ? phase.servers : serversDuring(phase)
  const resizes = new Map(phase.phase === 'plain' ? [] : [[MAIN_POOL, phase]])
  const circumstances = { features: featuresOf('current'), filling: false, resizes }
  return serialise(configFor(MCROUTER, [addresses.slice(0, count)], circumstances))
}

/** Servers on loopback, each a memcached, and routers before them that are told a phase as those of a cluster are. */
export class ResizeStage {
  readonly children: Children
  readonly servers: readonly number[]
  readonly routers: readonly { readonly host: string; readonly port: number; readonly file: string }[]

  private constructor(children: Children, servers: readonly number[], routers: readonly number[]) {
    this.children = children
    this.servers = servers
    this.routers = routers.map((port) => ({
      host: LOOPBACK,
      port,
      file: join(children.directory, `${port}.json`),
    }))
  }

  /** @param phase of all routers at first */
  static async start(counts: { readonly servers: number; readonly routers: number }, phase: Phase) {
    const children = new Children('resize')
    try {
      const ports = await freePorts(counts.servers + counts.routers)
      const stage = new ResizeStage(children, ports.slice(0, counts.servers), ports.slice(counts.servers))
      const program = await builtStandin(children.directory)
      for (const port of stage.servers) startMemcached(children, port)
      for (const { port, file } of stage.routers) {
        await writeFile(file, stage.text(phase))
        // A flag given twice counts as given last.
        const args = [...flagsFor(MCROUTER), `--config-file=${file}`, `--port=${port}`, '--debug-fifo-root=']
        children.start('mcrouter', { file: program, args })
      }
      await eventually('servers and routers', async () =>
        (await Promise.all(ports.map(accepts))).every(Boolean),
      )
      return stage
    } catch (error) {
      await children.end()
      throw error
    }
  }

  text(phase: Phase): string {
    return phaseText(
      phase,
      this.servers.map((port) => `${LOOPBACK}:${port}`),
    )
  }

  /** Has one router after the other take the phase, as kubelets bring it. */
  async publish(phase: Phase): Promise<void> {
    const text = this.text(phase)
    for (const router of this.routers) {
      await writeFile(router.file, text)
      const connection = new Connection(router, PATIENCE_MS)
      await eventually('a router to take it', async () => {
        const found = await connection.retrieve('get', '__mcrouter__.config_md5_digest')
        return found?.text === digest(text)
      })
      connection.close()
    }
  }

  async end(): Promise<void> {
    await this.children.end()
  }
}
