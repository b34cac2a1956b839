import { expand } from '../render/expand.ts'
import type { Other, Rendered } from '../render/expansion.ts'
import { renderSettingsOf } from '../render/flags.ts'
import { FILE_LIMITS } from '../render/parse-objects.ts'
import { print, printOthers } from '../render/print.ts'
import type { Terminal } from './command.ts'
import { ReadingError } from './manifest-files.ts'
import { complaints, fail, readAll, skipped } from './mcrouter-files.ts'
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
  const sources = await readAll(flags, terminal)
  if (sources instanceof ReadingError) return fail(terminal, [`Cannot read ${sources.message}`])
  const { namespace, inherit, images, output, show } = flags
  const expansion = expand(sources, {
    namespace,
    settings: renderSettingsOf(flags),
    inherit,
    images,
    limits: FILE_LIMITS,
    others: 'allow',
  })
  if (expansion.kind !== 'rendered') return fail(terminal, complaints(expansion))
  const { rendered, others } = expansion
  warn(terminal, rendered)
  if (flags.others === 'pass') terminal.out(printOthers(others))
  else sayWhatIsSkipped(terminal, others)
  terminal.out(print(rendered, output, show))
  return 0
}

function sayWhatIsSkipped(terminal: Terminal, others: readonly Other[]): void {
  if (others.length > 0) terminal.error(`${skipped(others)}; --others=pass passes such objects on\n`)
}

function warn(terminal: Terminal, rendered: readonly Rendered[]): void {
  for (const { mcrouter, warnings } of rendered) {
    for (const warning of warnings)
      terminal.error(`Warning: Mcrouter ${mcrouter.namespace}/${mcrouter.name}: ${warning}\n`)
  }
}
