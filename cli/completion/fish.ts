import type { Flag } from '../../process/flags.ts'
import { briefly, type Described, valuesOf } from './script.ts'

export function fishScript(commands: readonly Described[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words }) => [
    `complete -c mcrouter-operator -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
    ...words.map((word) => `${within(name)} -a ${word}`),
    ...Object.entries(flags).map((flag) => `${within(name)} ${option(flag)}`),
  ])
  return `# fish completion for mcrouter-operator: mcrouter-operator completion fish | source
complete -c mcrouter-operator -f
${lines.join('\n')}
`
}

function within(command: string): string {
  return `complete -c mcrouter-operator -n '__fish_seen_subcommand_from ${command}'`
}

function option([name, flag]: [string, Flag]): string {
  const letter = flag.short === undefined ? '' : ` -s ${flag.short}`
  return `-l ${name}${letter}${argument(flag)} -d ${fishQuoted(briefly(flag))}`
}

function argument(flag: Flag): string {
  const values = valuesOf(flag)
  if (typeof values === 'object') return ` -x -a ${fishQuoted(values.choices.join(' '))}`
  return { none: '', files: ' -r -F', directories: " -x -a '(__fish_complete_directories)'", any: ' -x' }[
    values
  ]
}

/** In single quotes fish knows two escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (character) => `\\${character}`)}'`
}
