import { convertAll, printConverted } from '../render/convert.ts'
import type { Terminal } from './command.ts'
import { help, parseFlags } from './convert-flags.ts'
import { ReadingError } from './manifest-files.ts'
import { complaints, fail, readAll, skipped } from './mcrouter-files.ts'

/**
 * `convert`: Mcrouters in another version of the API, without a cluster.
 *
 * @returns the exit code
 * @throws {FlagsError} when called wrongly
 */
export async function runConvert(argv: readonly string[], terminal: Terminal): Promise<number> {
  const flags = parseFlags(argv)
  if (flags === undefined) {
    terminal.out(help())
    return 0
  }
  const sources = await readAll(flags, terminal)
  if (sources instanceof ReadingError) return fail(terminal, [`Cannot read ${sources.message}`])
  const conversion = convertAll(sources, flags)
  if (conversion.kind !== 'converted') return fail(terminal, complaints(conversion))
  const { converted, others } = conversion
  if (others.length > 0) terminal.error(`${skipped(others)}\n`)
  if (converted.length === 0) return fail(terminal, ['There is no Mcrouter to convert'])
  for (const { note } of converted) if (note !== undefined) terminal.error(`${note}\n`)
  terminal.out(printConverted(converted, flags.output))
  return 0
}
