import { readFile } from 'node:fs/promises'
import { FAILURE } from '../process/exit-code.ts'
import { expand } from '../render/expand.ts'
import type { Expansion, Refusal, Rendered } from '../render/expansion.ts'
import { print } from '../render/print.ts'
import type { Terminal } from './command.ts'
import { help, parseFlags } from './render-flags.ts'

/**
 * `render`: what /render answers with, without a server.
 *
 * @returns the exit code
 * @throws {FlagsError} when called wrongly
 */
export async function runRender(argv: readonly string[], terminal: Terminal): Promise<number> {
  const flags = parseFlags(argv)
  if (flags === undefined) {
    terminal.out(help())
    return 0
  }
  const { filename, namespace, clusterDomain, output, show } = flags
  const file = filename === '-' ? 'standard input' : filename
  const text = await read(filename, terminal)
  if (text instanceof Error) return fail(terminal, [`Cannot read ${file}: ${text.message}`])
  const expansion = expand(text, { namespace, settings: { clusterDomain } })
  if (expansion.kind !== 'rendered') return fail(terminal, complaints(file, expansion))
  warn(terminal, expansion.rendered)
  terminal.out(print(expansion.rendered, output, show))
  return 0
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
