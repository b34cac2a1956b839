import { join } from 'node:path'
import { configFor, serialise } from '../../routing/config.ts'
import { flagsFor } from '../../routing/flags.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { onPath, startPool } from '../../testing/pool.ts'
import { Children } from '../../testing/process/children.ts'
import { run } from '../../testing/process/command.ts'

const STANDIN = join(import.meta.dirname, '../standin')
const SERVERS = 3

export const TOPOLOGIES = ['replicated', 'sharded'] as const
export type Topology = (typeof TOPOLOGIES)[number]

/** A router of each topology, in front of memcached servers of its own. */
export interface Stage {
  readonly ports: Readonly<Record<Topology, number>>
  /** What the libraries are run against. */
  readonly against: string
  end(): Promise<void>
}

/** @param cache where the stand-in is built */
export async function startStage(cache: string): Promise<Stage> {
  const router = await routerProgram(cache)
  const memcached = (await run('memcached', ['--version'])).stdout.trim()
  const children = new Children('clients')
  const portOf = (topology: Topology) => {
    const mcrouter = mcrouterWith({ topology, routers: { release: 'current' } })
    return startPool(children, {
      name: topology,
      mcrouter: router.path,
      flags: flagsFor(mcrouter),
      servers: SERVERS,
      config: (addresses) => serialise(configFor(mcrouter, [addresses])),
    })
  }
  try {
    return {
      ports: { replicated: await portOf('replicated'), sharded: await portOf('sharded') },
      against: `${router.name} and ${memcached}`,
      end: () => children.end(),
    }
  } catch (error) {
    await children.end()
    throw error
  }
}

/** The real one where it is on PATH, and else the stand-in. */
export async function routerProgram(cache: string): Promise<{ path: string; name: string }> {
  const real = onPath('mcrouter')
  if (real !== undefined) return { path: real, name: (await run(real, ['--version'])).stdout.trim() }
  return { path: await builtStandin(cache), name: 'a stand-in for mcrouter (test/standin)' }
}

/** Path of the stand-in, a program called mcrouter. */
export async function builtStandin(directory: string): Promise<string> {
  const path = join(directory, 'mcrouter')
  const { code, stderr } = await run('go', ['build', '-o', path, '.'], { cwd: STANDIN })
  if (code !== 0) throw new Error(`go could not build the stand-in for mcrouter:\n${stderr}`)
  return path
}
