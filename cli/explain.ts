import { accept } from '../render/expand.ts'
import type { Accepted } from '../render/expansion.ts'
import { explain, printExplained } from '../render/explain.ts'
import { movesOf, printMoves, unpaired, untold } from '../render/moves.ts'
import { FILE_LIMITS } from '../render/parse-objects.ts'
import type { Terminal } from './command.ts'
import { type ExplainFlags, help, parseFlags } from './explain-flags.ts'
import { ReadingError } from './manifest-files.ts'
import { complaints, fail, listed, readAll, skipped } from './mcrouter-files.ts'

/**
 * `explain`: what /explain answers with, without a server.
 *
 * @returns the exit code
 * @throws {FlagsError} when called wrongly
 */
export async function runExplain(argv: readonly string[], terminal: Terminal): Promise<number> {
  const flags = parseFlags(argv)
  if (flags === undefined) {
    terminal.out(help())
    return 0
  }
  const accepted = await acceptedIn(flags.filenames, flags, terminal)
  if (typeof accepted === 'number') return accepted
  const settings = { clusterDomain: flags.clusterDomain }
  const { about, output } = flags
  if ('key' in about) {
    terminal.out(
      printExplained(
        accepted.map((one) => explain(one, about, settings)),
        output,
      ),
    )
    return 0
  }
  const before = await acceptedIn([about.before], flags, terminal)
  if (typeof before === 'number') return before
  const [was, is] = [before.map(mcrouterOf), accepted.map(mcrouterOf)]
  const moves = movesOf(was, is, settings)
  const notTold = untold(was, is)
  if (notTold.length > 0)
    terminal.error(
      `Not told of routes in mcrouter's own JSON (spec.config), compare --key before and after: ${listed(notTold)}\n`,
    )
  if (moves.length === 0 && notTold.length > 0) return 0
  if (moves.length === 0) {
    return fail(terminal, [
      'No Mcrouter is in both by namespace and name; -n names the namespace of those that name none',
    ])
  }
  const alone = unpaired(was, is)
  if (alone.length > 0) terminal.error(`Not in both: ${listed(alone)}\n`)
  terminal.out(printMoves(moves, output))
  return 0
}

/** @returns the Mcrouters, or the exit code when there are none to go on with */
async function acceptedIn(
  filenames: readonly string[],
  { recursive, namespace, images }: ExplainFlags,
  terminal: Terminal,
): Promise<readonly Accepted[] | number> {
  const sources = await readAll({ filenames, recursive }, terminal)
  if (sources instanceof ReadingError) return fail(terminal, [`Cannot read ${sources.message}`])
  const acceptance = accept(sources, { namespace, images, limits: FILE_LIMITS, others: 'allow' })
  if (acceptance.kind !== 'accepted') return fail(terminal, complaints(acceptance))
  if (acceptance.others.length > 0) terminal.error(`${skipped(acceptance.others)}\n`)
  return acceptance.accepted.length > 0
    ? acceptance.accepted
    : fail(terminal, ['There is no Mcrouter to explain'])
}

function mcrouterOf({ mcrouter }: Accepted) {
  return mcrouter
}
