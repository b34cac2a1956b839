import type { Flag } from '../../process/flags.ts'
import { type Described, spellings, valuesOf } from './script.ts'

/** Readline breaks words at `=`, so that a value may be two words behind its flag. Runs in bash 3.2, which macOS has. */
export function bashScript(commands: readonly Described[]): string {
  return `# bash completion for mcrouter-operator: source <(mcrouter-operator completion bash)
_mcrouter_operator() {
  local IFS=$'\\n' command=\${COMP_WORDS[1]} cur=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $flag == "=" ]]; then flag=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    ${choose(commands.map(({ name }) => name))}
    return
  fi
  case "$command $flag" in
${commands.flatMap(({ name, flags }) => Object.entries(flags).flatMap((flag) => valueCase(name, flag))).join('\n')}
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _mcrouter_operator mcrouter-operator
`
}

function valueCase(command: string, [name, flag]: [string, Flag]): string[] {
  const values = valuesOf(flag)
  if (values === 'none') return []
  const patterns = spellings(name, flag).map((spelling) => `"${command} ${spelling}"`)
  return [`    ${patterns.join('|')}) ${offer(values)}return ;;`]
}

function offer(values: Exclude<ReturnType<typeof valuesOf>, 'none'>): string {
  if (typeof values === 'object') return `${choose(values.choices)}; `
  if (values === 'any') return ''
  const kind = values === 'files' ? '-f' : '-d'
  return `type compopt &>/dev/null && compopt -o filenames; COMPREPLY=($(compgen ${kind} -- "$cur")); `
}

function commandCase({ name, flags, words }: Described): string {
  const all = Object.entries(flags).map(([flag]) => `--${flag}`)
  return `    ${name}) ${choose([...words, ...all, '--help'])} ;;`
}

function choose(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W $'${words.join('\\n')}' -- "$cur"))`
}
