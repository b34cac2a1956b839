import { eventually } from '../deadline.ts'
import type { Child, ChildCommand, Children, Exit } from '../process/children.ts'

const READY_MS = 60_000

/** One of the operator's processes on this machine; it can be killed and started again at any point. */
export class HostProcess {
  readonly name: string
  readonly #children: Children
  readonly #command: ChildCommand
  readonly #ready: () => Promise<boolean>
  #child: Child | undefined

  constructor(children: Children, name: string, command: ChildCommand, ready: () => Promise<boolean>) {
    this.name = name
    this.#children = children
    this.#command = command
    this.#ready = ready
  }

  get running(): boolean {
    return this.#child?.running ?? false
  }

  /** Of the process started last; undefined before the first. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** No-op while it runs; does not wait until it is ready. */
  launch(): void {
    if (!this.running) this.#child = this.#children.start(this.name, this.#command)
  }

  /** Rejects with its log when it ends before, or is not ready within a minute. */
  async ready(): Promise<void> {
    const child = this.#child
    if (child === undefined) throw new Error(`${this.name} was not started`)
    const look = async () => {
      if (!child.running) return 'ended'
      return (await this.#ready()) ? 'ready' : undefined
    }
    const outcome = await eventually(`${this.name} is ready`, look, { withinMs: READY_MS }).catch(
      (error: unknown) => error,
    )
    if (outcome === 'ready') return
    throw new Error(`${this.name} did not become ready:\n${await this.log()}`, { cause: outcome })
  }

  async start(): Promise<void> {
    this.launch()
    await this.ready()
  }

  /** Resolves once it has ended; SIGKILL follows after `graceMs` (30 s by default). */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 30_000): Promise<Exit | undefined> {
    return this.#child?.stop(signal, graceMs)
  }

  /** What the process started last has written. */
  log(): Promise<string> {
    return this.#child?.log() ?? Promise.resolve('')
  }
}
