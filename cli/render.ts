import { FAILURE } from '../process/exit-code.ts'
import { expand } from '../render/expand.ts'
import type { Expansion, Other, Refusal, Rendered, Source } from '../render/expansion.ts'
import { FILE_LIMITS } from '../render/parse-objects.ts'
import { print, printOthers } from '../render/print.ts'
import type { Terminal } from './command.ts'
import { ReadingError, readManifests } from './manifest-files.ts'
import { help, parseFlags, type RenderFlags } from './render-flags.ts'

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
  const sources = await readAll(flags, terminal)
  if (sources instanceof ReadingError) return fail(terminal, [`Cannot read ${sources.message}`])
  const { namespace, clusterDomain, inherit, output, show } = flags
  const settings = { clusterDomain }
  const expansion = expand(sources, { namespace, settings, inherit, limits: FILE_LIMITS, others: 'allow' })
  if (expansion.kind !== 'rendered') return fail(terminal, complaints(expansion))
  const { rendered, others } = expansion
  warn(terminal, rendered)
  if (flags.others === 'pass') terminal.out(printOthers(others))
  else sayWhatIsSkipped(terminal, others)
  terminal.out(print(rendered, output, show))
  return 0
}

async function readAll(
  { filenames, recursive }: RenderFlags,
  { input }: Terminal,
): Promise<Source[] | ReadingError> {
  const sources: Source[] = []
  try {
    for (const name of filenames) sources.push(...(await readManifests(name, { recursive, input })))
  } catch (error) {
    if (error instanceof ReadingError) return error
    throw error
  }
  return sources
}

function fail(terminal: Terminal, lines: readonly string[]): number {
  terminal.error(`${lines.join('\n')}\n`)
  return FAILURE
}

function complaints(expansion: Exclude<Expansion, { kind: 'rendered' }>): string[] {
  if (expansion.kind === 'refused') return expansion.refusals.flatMap(refusalLines)
  const { source, fault } = expansion
  const { message, line, column } = fault
  return [line === undefined ? `${source}: ${message}` : `${source}:${line}:${column}: ${message}`]
}

function refusalLines({ source, subject, violations }: Refusal): string[] {
  return violations.map(({ path, message }) => `${source}: ${subject}: ${path}: ${message}`)
}

/** More are counted, not named. */
const NAMED = 5

function sayWhatIsSkipped(terminal: Terminal, others: readonly Other[]): void {
  if (others.length === 0) return
  const names = others.slice(0, NAMED).map(({ subject }) => subject)
  const rest = others.length > NAMED ? ` and ${others.length - NAMED} more` : ''
  terminal.error(
    `Skipped, being no Mcrouter: ${names.join(', ')}${rest}; --others=pass passes such objects on\n`,
  )
}

function warn(terminal: Terminal, rendered: readonly Rendered[]): void {
  for (const { mcrouter, warnings } of rendered) {
    for (const warning of warnings)
      terminal.error(`Warning: Mcrouter ${mcrouter.namespace}/${mcrouter.name}: ${warning}\n`)
  }
}
