import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { expand } from '../render/expand.ts'
import type { Expansion, Refusal, Rendered } from '../render/expansion.ts'
import { type Output, print, type Show } from '../render/print.ts'
import { isSubdomain } from '../schemas/label.ts'
import { quote } from '../schemas/quote.ts'
import { FAILURE, type Terminal, UsageError } from './command.ts'

const HELP = `Usage: mcrouter-operator render -f FILE [flags]

Prints everything that one or more Mcrouters expand to, as the operator would apply it. Needs no cluster.

  mcrouter-operator render -f cr.yaml | kubectl diff -f -

Flags:
  -f, --filename FILE        YAML or JSON with one or more Mcrouters; - for standard input
  -n, --namespace NAME       namespace of a Mcrouter that names none (default)
  -o, --output yaml|json     a stream of manifests, or manifests, warnings, configuration and digest (yaml)
      --show config          mcrouter's configuration only
      --cluster-domain NAME  DNS domain of the cluster (cluster.local)

Exit code: 0; 1 when a Mcrouter is not valid, with every violation on standard error; 2 when called wrongly.
`

/**
 * `render`: what /render answers with, without a server.
 *
 * @returns the exit code
 * @throws {UsageError} or an error of node:util's parseArgs when called wrongly
 */
export async function runRender(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = optionsOf(argv)
  if (options === 'help') {
    terminal.out(HELP)
    return 0
  }
  const { filename, namespace, clusterDomain } = options
  const file = filename === '-' ? 'standard input' : filename
  const text = await read(filename, terminal)
  if (text instanceof Error) return fail(terminal, [`Cannot read ${file}: ${text.message}`])
  const expansion = expand(text, { namespace, settings: { clusterDomain } })
  if (expansion.kind !== 'rendered') return fail(terminal, complaints(file, expansion))
  warn(terminal, expansion.rendered)
  terminal.out(print(expansion.rendered, options.output, options.show))
  return 0
}

interface Options {
  readonly filename: string
  readonly namespace: string
  readonly output: Output
  readonly show: Show
  readonly clusterDomain: string
}

function optionsOf(argv: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      filename: { type: 'string', short: 'f', default: '' },
      namespace: { type: 'string', short: 'n', default: 'default' },
      output: { type: 'string', short: 'o', default: 'yaml' },
      show: { type: 'string', default: 'manifests' },
      'cluster-domain': { type: 'string', default: 'cluster.local' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  if (values.filename === '') throw new UsageError('Name the file with -f FILE, or - for standard input.')
  return {
    filename: values.filename,
    namespace: values.namespace,
    output: oneOf('--output', values.output, ['yaml', 'json']),
    show: oneOf('--show', values.show, ['manifests', 'config']),
    clusterDomain: domain(values['cluster-domain']),
  }
}

function domain(value: string): string {
  if (isSubdomain(value)) return value
  throw new UsageError(`--cluster-domain must be a DNS name such as cluster.local, not ${quote(value)}.`)
}

function oneOf<Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === value)
  if (choice === undefined)
    throw new UsageError(`${flag} must be ${choices.join(' or ')}, not ${quote(value)}.`)
  return choice
}

async function read(filename: string, { input }: Terminal): Promise<string | Error> {
  try {
    return await (filename === '-' ? input() : readFile(filename, 'utf8'))
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

function fail(terminal: Terminal, lines: readonly string[]): number {
  terminal.error(`${lines.join('\n')}\n`)
  return FAILURE
}

function complaints(file: string, expansion: Exclude<Expansion, { kind: 'rendered' }>): string[] {
  if (expansion.kind === 'refused')
    return expansion.refusals.flatMap((refusal) => refusalLines(file, refusal))
  const { message, line, column } = expansion.fault
  return [line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`]
}

function refusalLines(file: string, { subject, violations }: Refusal): string[] {
  return violations.map(({ path, message }) => `${file}: ${subject}: ${path}: ${message}`)
}

function warn(terminal: Terminal, rendered: readonly Rendered[]): void {
  for (const { mcrouter, warnings } of rendered) {
    for (const warning of warnings)
      terminal.error(`Warning: Mcrouter ${mcrouter.namespace}/${mcrouter.name}: ${warning}\n`)
  }
}
