import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { run } from '../process/command.ts'
import type { Program } from './release.ts'

const HEARTBEAT_MS = 20_000

/** Told what goes on, a line at a time. */
export type Progress = (line: string) => void

/** The version of Go on that PATH, undefined when there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { code, stdout } = await run('go', ['env', 'GOVERSION'], { env })
    return code === 0 ? stdout.trim() : undefined
  } catch {
    // spawn fails with ENOENT when there is no `go`.
    return undefined
  }
}

/** Builds a program from the Go module proxy into `destination`, which appears complete or not at all. */
export async function build(program: Program, destination: string, progress: Progress): Promise<void> {
  const unfinished = `${destination}.${process.pid}.new`
  const label = `${program.name} ${program.version}`
  await mkdir(dirname(destination), { recursive: true })
  progress(`building ${label} from the Go module proxy (minutes the first time)`)
  const start = Date.now()
  const seconds = () => Math.round((Date.now() - start) / 1000)
  // Go ends with this process, however that ends: nobody would wait for what it builds.
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  process.once('exit', leave)
  const heartbeat = setInterval(() => progress(`  still building ${label}: ${seconds()} s`), HEARTBEAT_MS)
  try {
    const result = await run('go', goArguments(program, unfinished), {
      cwd: program.module,
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' },
      signal: leaving.signal,
    })
    if (result.code !== 0) throw new Error(`go could not build ${label}:\n${result.stderr.trim()}`)
    await rename(unfinished, destination)
    progress(`  built ${label} in ${seconds()} s`)
  } finally {
    clearInterval(heartbeat)
    process.off('exit', leave)
    await rm(unfinished, { force: true })
  }
}

// -trimpath and no VCS stamp make the build the same everywhere, so that Go's own build cache is shared.
function goArguments(program: Program, output: string): string[] {
  const linker = ['-s', '-w', ...program.stamps].join(' ')
  return ['build', '-trimpath', '-buildvcs=false', '-ldflags', linker, '-o', output, program.package]
}
