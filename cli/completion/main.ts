import { FlagsError } from '../../process/flags.ts'
import type { Command, Terminal } from '../command.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import type { Described } from './script.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS: Readonly<Record<string, (commands: readonly Described[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export const SHELLS = Object.keys(SCRIPTS)

/**
 * `completion SHELL`: a script, made from what the commands say of their flags, after which the shell completes them.
 *
 * @returns the exit code
 * @throws {FlagsError} when called wrongly
 */
export async function runCompletion(
  argv: readonly string[],
  terminal: Terminal,
  commands: Readonly<Record<string, Command>>,
): Promise<number> {
  const [shell = '', ...rest] = argv
  if (shell === '--help' || shell === '-h') {
    terminal.out(HELP)
    return 0
  }
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
  if (script === undefined || rest.length > 0) throw new FlagsError(`name one shell: ${SHELLS.join(', ')}`)
  const described = await Promise.all(
    Object.entries(commands).map(async ([name, { summary, flags, words = [] }]) => ({
      name,
      summary,
      flags: await flags(),
      words,
    })),
  )
  terminal.out(script(described))
  return 0
}

const HELP = `Usage: mcrouter-operator completion ${SHELLS.join('|')}

Prints a script after which the shell completes commands, flags and their values.

  source <(mcrouter-operator completion bash)
  source <(mcrouter-operator completion zsh)
  mcrouter-operator completion fish | source
`
