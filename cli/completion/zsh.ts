import type { Flag } from '../../process/flags.ts'
import { briefly, type Described, quoted, spellings, valuesOf } from './script.ts'

export function zshScript(commands: readonly Described[]): string {
  const names = commands.map(({ name, summary }) => quoted(`${name}:${escaped(summary)}`))
  return `#compdef mcrouter-operator
# zsh completion for mcrouter-operator: source <(mcrouter-operator completion zsh)
_mcrouter_operator() {
  local -a commands
  commands=(${names.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=\${words[2]}
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _mcrouter_operator ]]; then
  _mcrouter_operator
else
  compdef _mcrouter_operator mcrouter-operator
fi
`
}

function commandCase({ name, flags, words }: Described): string {
  const specs = Object.entries(flags).flatMap(([flag, about]) => specsOf(flag, about))
  const word = words.length === 0 ? [] : [quoted(`1:word:(${words.join(' ')})`)]
  return `    ${name}) _arguments ${[...specs, ...word, "'--help[Show the flags]'"].join(' ')} ;;`
}

/** One for each spelling, since each may be given again. */
function specsOf(name: string, flag: Flag): string[] {
  return spellings(name, flag).map((spelling) => {
    const isLong = spelling.startsWith('--')
    const values = valuesOf(flag)
    const separator = values === 'none' ? '' : isLong ? '=' : '+'
    return quoted(`*${spelling}${separator}[${escaped(briefly(flag))}]${action(values)}`)
  })
}

function action(values: ReturnType<typeof valuesOf>): string {
  if (typeof values === 'object') return `:value:(${values.choices.join(' ')})`
  if (values === 'none') return ''
  return { files: ':file:_files', directories: ':directory:_files -/', any: ':value: ' }[values]
}

/** What stands between brackets, or behind a colon. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, (character) => `\\${character}`)
}
