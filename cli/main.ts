import { text } from 'node:stream/consumers'
import packageJson from '../package.json' with { type: 'json' }
import { FAILURE, USAGE } from '../process/exit-code.ts'
import { FlagsError } from '../process/flags.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import type { Command, Terminal } from './command.ts'

/** Each is loaded when it is called for: none has a use for the libraries of the others. */
const COMMANDS: Readonly<Record<string, Command>> = {
  server: {
    summary: 'Run the admission webhooks and the render service',
    flags: async () => (await import('../server/flags.ts')).FLAGS,
    run: async (argv, { env }) => (await import('../server/main.ts')).runServer([...argv], env),
  },
  reconciler: {
    summary: 'Run the reconciler: apply what Mcrouters expand to, and report on it',
    flags: async () => (await import('../reconciler/flags.ts')).FLAGS,
    run: async (argv, { env }) => (await import('../reconciler/main.ts')).runReconciler([...argv], env),
  },
  exporter: {
    summary: 'Run the exporter: tell Prometheus what the caches of Mcrouters say of themselves',
    flags: async () => (await import('../exporter/flags.ts')).FLAGS,
    run: async (argv, { env }) => (await import('../exporter/main.ts')).runExporter(argv, env),
  },
  copier: {
    summary: 'Run the copier of a resize: the reconciler starts it, and tells it what to copy',
    isInternal: true,
    flags: async () => (await import('../copier/flags.ts')).FLAGS,
    run: async (argv) => (await import('../copier/main.ts')).runCopier(argv),
  },
  render: {
    summary: 'Print what Mcrouters expand to, without a cluster',
    flags: async () => (await import('./render-flags.ts')).FLAGS,
    run: async (argv, terminal) => (await import('./render.ts')).runRender(argv, terminal),
  },
  explain: {
    summary:
      'Print which servers a key is on and why, or which share of the keys moves when a Mcrouter changes',
    flags: async () => (await import('./explain-flags.ts')).FLAGS,
    run: async (argv, terminal) => (await import('./explain.ts')).runExplain(argv, terminal),
  },
  convert: {
    summary: 'Print Mcrouters in another version of the API, without a cluster',
    flags: async () => (await import('./convert-flags.ts')).FLAGS,
    run: async (argv, terminal) => (await import('./convert.ts')).runConvert(argv, terminal),
  },
  completion: {
    summary: 'Print a script that completes commands and flags in bash, zsh or fish',
    flags: async () => ({}),
    words: ['bash', 'zsh', 'fish'],
    run: async (argv, terminal) =>
      (await import('./completion/main.ts')).runCompletion(argv, terminal, OFFERED),
  },
  help: {
    summary: 'Show the commands, or with the name of one its flags',
    flags: async () => ({}),
    words: ['server', 'reconciler', 'exporter', 'render', 'explain', 'convert', 'completion'],
    run: async (argv, terminal) => runHelp(argv, terminal),
  },
  version: {
    summary: 'Print the version',
    flags: async () => ({}),
    run: async (argv, terminal) => {
      if (argv.length > 0) throw new FlagsError('it takes nothing')
      return say(terminal, `${packageJson.version}\n`)
    },
  },
}

/** Those that people have a use for. */
const OFFERED = Object.fromEntries(Object.entries(COMMANDS).filter(([, { isInternal }]) => !isInternal))

const HELP_FLAGS = ['--help', '-h']

async function runHelp([name = '', ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === '' || HELP_FLAGS.includes(name)) return say(terminal, help())
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new FlagsError(unknown(name))
  if (rest.length > 0) throw new FlagsError('name one command')
  return await command.run(['--help'], terminal)
}

/**
 * Runs one command line.
 *
 * @param argv what follows the program's name
 * @returns the exit code: 0, 1 when the command failed, 2 when it was called wrongly
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = argv
  if (HELP_FLAGS.includes(name)) return say(terminal, help())
  if (name === '--version' || name === '-v') return say(terminal, `${packageJson.version}\n`)
  if (name === '') return misuse(terminal, 'mcrouter-operator', 'name a command')
  if (!Object.hasOwn(COMMANDS, name)) return misuse(terminal, 'mcrouter-operator', unknown(name))
  return await run(name, rest, terminal)
}

async function run(name: string, argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return (await COMMANDS[name]?.run(argv, terminal)) ?? FAILURE
  } catch (error) {
    if (error instanceof FlagsError) return misuse(terminal, `mcrouter-operator ${name}`, error.message)
    throw error
  }
}

function say(terminal: Terminal, message: string): number {
  terminal.out(message)
  return 0
}

function misuse(terminal: Terminal, command: string, message: string): number {
  terminal.error(`${command}: ${message}; see ${command} --help\n`)
  return USAGE
}

function unknown(name: string): string {
  const near = nearest(name, Object.keys(OFFERED))
  return `there is no command ${quote(name)}${near === undefined ? '' : ` (did you mean ${near}?)`}`
}

function help(): string {
  const commands = Object.entries(OFFERED).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  return `Usage: mcrouter-operator COMMAND [flags]

memcached behind mcrouter on Kubernetes.

Commands:
${commands.join('\n')}

mcrouter-operator help COMMAND, or COMMAND --help, lists the flags of a command.
`
}

/** Runs the process's own command line and leaves its exit code; open handles keep the process alive, not this. */
export async function start(): Promise<void> {
  // A log on a full disk, or whose reader is gone: there is nobody to be told, and no reason to stop working. Node goes on
  // writing to it, so that the log goes on as soon as it can.
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads the output may have had enough of it.
    if (error.code === 'EPIPE') return
    process.stderr.write(`Cannot write to standard output: ${error.message}\n`)
    process.exitCode = FAILURE
  })
  // Output is the last that a command does, and what becomes of it is told after this. The line that `server` begins with
  // is told before and counts for nothing.
  process.exitCode = await main(process.argv.slice(2), {
    env: process.env,
    input: () => text(process.stdin),
    out: (message) => void process.stdout.write(message),
    error: (message) => void process.stderr.write(message),
  })
}

if (import.meta.main) await start()
