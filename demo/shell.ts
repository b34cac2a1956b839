import { fileURLToPath } from 'node:url'
import { succeeded } from '../testing/operator/index.ts'
import { type CommandOptions, type CommandResult, run } from '../testing/process/command.ts'
import { converse } from './conversation.ts'
import type { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

export interface CallOptions extends CommandOptions {
  /** Where its input comes from, shown before it. */
  readonly from?: string
}

/** Runs commands as a user would in a checkout, and shows each with what it answered. */
export class Shell {
  readonly root = fileURLToPath(new URL('..', import.meta.url))
  readonly #stage: Stage
  readonly #screen: Screen
  readonly #signal: AbortSignal

  /** When the signal fires, the command that runs is ended and rejects. */
  constructor(stage: Stage, screen: Screen, signal: AbortSignal) {
    this.#stage = stage
    this.#screen = screen
    this.#signal = signal
  }

  /** Rejects with its complaint when it fails. */
  async kubectl(...args: string[]): Promise<void> {
    const result = await this.#call(args, {})
    // Warnings come on the second output.
    this.#screen.answer(`${result.stderr}${succeeded(result, `kubectl ${args.join(' ')}`)}`)
  }

  /** It has to fail, and its complaint is what is shown. */
  async refused(args: readonly string[], options: CallOptions): Promise<void> {
    const result = await this.#call(args, options)
    if (result.code === 0) throw new Error(`kubectl ${args.join(' ')} was accepted:\n${result.stdout}`)
    this.#screen.answer(result.stderr)
  }

  /** Shows the first `rows` lines that the render service answers for a file; the query is what follows `?`. */
  async render(file: string, query: string, rows: number): Promise<void> {
    const url = `${this.#stage.renderUrl}/render?${query}`
    this.#screen.command(`curl -sk --data-binary @${file} '${url}'`)
    const args = ['-sSk', '--fail-with-body', '--data-binary', `@${file}`, url]
    const lines = succeeded(await run('curl', args, { cwd: this.root, signal: this.#signal }), 'curl')
      .trimEnd()
      .split('\n')
    this.#screen.answer(lines.slice(0, rows).join('\n'))
    const kinds = lines.filter((line) => line.startsWith('kind: ')).map((line) => line.slice('kind: '.length))
    const all = kinds.length > 0 ? `, in all ${kinds.join(', ')}` : ''
    this.#screen.remark(`… and ${lines.length - rows} more lines${all}`)
  }

  /** Says some lines of the text protocol to a router of a Mcrouter and shows the answer; or shows why it cannot. */
  async talk(mcrouter: string, lines: readonly string[]): Promise<void> {
    const router = await this.#unlessInterrupted(this.#stage.router(mcrouter))
    if ('missing' in router) return this.#screen.remark(router.missing)
    const { host, port } = router
    const typed = [...lines, 'quit', ''].join('\r\n').replaceAll('\r\n', '\\r\\n')
    this.#screen.command(`printf '${typed}' | nc ${host} ${port}`)
    const answer = await this.#unlessInterrupted(converse(router, lines))
    this.#screen.answer(answer.replaceAll('\r', ''))
  }

  /** What is waited for ends with the stage. */
  #unlessInterrupted<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      work.then(resolve, reject)
    })
  }

  #call(args: readonly string[], { from, ...options }: CallOptions): Promise<CommandResult> {
    const typed = args.map((arg) => (/[\s{]/.test(arg) ? `'${arg}'` : arg)).join(' ')
    this.#screen.command(`${from === undefined ? '' : `${from} | `}kubectl ${typed}`)
    return this.#stage.kubectl(args, { cwd: this.root, signal: this.#signal, ...options })
  }
}
