import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a process ended: an exit code, a signal, or an error when it could not be started. */
export interface Exit {
  readonly code?: number
  readonly signal?: NodeJS.Signals
  readonly error?: Error
}

export interface Child {
  readonly name: string
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  readonly running: boolean
  /** Everything it has written to stdout and stderr so far. */
  log(): Promise<string>
  /** Sends the signal to it and its own children; resolves once it has ended. SIGKILL follows after `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>
}

export interface ChildCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
}

const GUARD = fileURLToPath(new URL('guard.sh', import.meta.url))
const DEFAULT_GRACE_MS = 10_000

/**
 * Processes that end with this one, and a directory that goes with them. A guard process holds the other end of
 * a pipe: the pipe closes even when this process is killed, and the guard then kills what is left.
 */
export class Children {
  readonly directory: string
  readonly #guard: ChildProcess
  #starts = 0

  constructor(prefix: string) {
    this.directory = mkdtempSync(join(tmpdir(), `${prefix}-`))
    // Its own session: a Ctrl-C in the terminal must not reach it before it has done its work.
    this.#guard = spawn('sh', [GUARD, this.directory], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    this.#guard.unref()
    // The pipe is to end with this process, not to keep it alive.
    if (this.#guard.stdin instanceof Socket) this.#guard.stdin.unref()
  }

  start(name: string, command: ChildCommand): Child {
    const logFile = join(this.directory, `${name}.${++this.#starts}.log`)
    const log = openSync(logFile, 'a')
    const child = spawn(command.file, command.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: command.env ?? process.env,
      cwd: command.cwd,
    })
    closeSync(log)
    child.unref()
    if (child.pid !== undefined) this.#recordEvent(`+ ${child.pid}`)
    return this.#describe(name, child, logFile)
  }

  #describe(name: string, child: ChildProcess, logFile: string): Child {
    let running = true
    const exited = new Promise<Exit>((resolve) => {
      child.once('error', (error) => resolve({ error }))
      child.once('exit', (code, signal) => resolve(signal ? { signal } : { code: code ?? 0 }))
    }).then((exit) => {
      running = false
      if (child.pid !== undefined) this.#recordEvent(`- ${child.pid}`)
      return exit
    })
    return {
      name,
      pid: child.pid,
      exited,
      get running() {
        return running
      },
      log: () => readFile(logFile, 'utf8'),
      stop: (signal = 'SIGTERM', graceMs = DEFAULT_GRACE_MS) =>
        stop(child, exited, () => running, signal, graceMs),
    }
  }

  /** Kills what still runs and removes the directory. */
  async end(): Promise<void> {
    if (this.#guard.exitCode !== null) return
    const ended = once(this.#guard, 'exit')
    this.#guard.ref()
    this.#guard.stdin?.end()
    await ended
  }

  #recordEvent(line: string): void {
    if (this.#guard.stdin?.writable) this.#guard.stdin.write(`${line}\n`)
  }
}

async function stop(
  child: ChildProcess,
  exited: Promise<Exit>,
  running: () => boolean,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<Exit> {
  if (!running() || child.pid === undefined) return exited
  const group = child.pid
  child.ref()
  signalGroup(group, signal)
  const timer = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs)
  try {
    return await exited
  } finally {
    clearTimeout(timer)
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
