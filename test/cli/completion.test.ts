import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FLAGS as CONVERT } from '../../cli/convert-flags.ts'
import { FLAGS as EXPLAIN } from '../../cli/explain-flags.ts'
import { FLAGS as RENDER } from '../../cli/render-flags.ts'
import { FLAGS as RECONCILER } from '../../reconciler/flags.ts'
import { FLAGS as SERVER } from '../../server/flags.ts'
import { run } from './terminal.ts'

/** The script of a shell as a file, beside `there.yaml` and the directory `deeper`. */
async function scriptIn(t: Test, shell: string): Promise<{ directory: string; script: string }> {
  const { code, out, error } = await run(['completion', shell])
  t.same({ code, error }, { code: 0, error: '' })
  const directory = t.testdir({ 'there.yaml': '', deeper: {} })
  const script = join(directory, 'script')
  writeFileSync(script, out)
  return { directory, script }
}

/** Undefined where the machine has the shell. */
function absence(shell: string): string | undefined {
  return spawnSync(shell, ['--version']).error === undefined ? undefined : `there is no ${shell} in PATH`
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

t.test('bash', { skip: absence('bash') ?? false }, async (t) => {
  const { directory, script } = await scriptIn(t, 'bash')
  /** @param words as readline breaks a line, the last one being completed */
  const complete = (...words: string[]) =>
    lines(
      execFileSync(
        'bash',
        [
          '-c',
          `source "$0"; COMP_WORDS=(mcrouter-operator "$@"); COMP_CWORD=$#; _mcrouter_operator; printf '%s\\n' "\${COMPREPLY[@]}"`,
          script,
          ...words,
        ],
        { cwd: directory, encoding: 'utf8' },
      ),
    )
  t.same(complete('re'), ['reconciler', 'render'])
  t.same(complete('help', 'ser'), ['server'])
  t.same(complete('completion', ''), ['bash', 'zsh', 'fish', '--help'])
  t.same(complete('render', '--o'), ['--others', '--output', '--operator-pods'])
  t.same(complete('render', '--output', '='), ['yaml', 'json'], 'at an equals sign')
  t.same(complete('render', '--output', '=', 'j'), ['json'], 'behind it')
  t.same(complete('render', '-o', 'y'), ['yaml'])
  t.same(complete('render', '-f', 'th'), ['there.yaml'])
  t.same(complete('ex'), ['exporter', 'explain'])
  t.same(complete('con'), ['convert'])
  t.same(complete('convert', '-o', ''), ['yaml', 'json'])
  t.same(complete('explain', '--op', 'gat'), ['gat', 'gats'])
  t.same(complete('explain', '--before', '=', 'th'), ['there.yaml'])
  t.same(complete('server', '--cert-dir', ''), ['deeper'])
  t.same(complete('render', '-n', ''), [], 'what nobody can know')
  t.same(complete('nothing', ''), [])
})

/** What an interactive zsh lists for a line, in a terminal of its own: each line with what its list has to hold. */
const ZSH = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; source $1; print rea''dy"
zpty -r z out $'*ready[\\r\\n]*'
shift
for typed wanted; do
  zpty -w -n z "$typed"$'\\t\\t'
  zpty -r z out $wanted && print -r -- $typed
  zpty -w -n z $'\\C-u'
done
zpty -d z`

t.test('zsh', { skip: absence('zsh') ?? false }, async (t) => {
  const { script } = await scriptIn(t, 'zsh')
  const lists = {
    'mcrouter-operator re': '*reconciler*render*',
    'mcrouter-operator help re': '*reconciler*render*',
    'mcrouter-operator render --o': '*--others*--output*',
    'mcrouter-operator render --output=': '*json*yaml*',
    'mcrouter-operator explain --op=ga': '*gat*gats*',
  }
  const args = ['-f', '-c', ZSH, 'zsh', script, ...Object.entries(lists).flat()]
  const listed = execFileSync('zsh', args, { encoding: 'utf8', timeout: 120_000 })
  t.same(lines(listed), Object.keys(lists))
})

t.test('fish', { skip: absence('fish') ?? false }, async (t) => {
  const { directory, script } = await scriptIn(t, 'fish')
  const complete = (line: string) =>
    lines(
      execFileSync('fish', ['--no-config', '-c', `source ${script}; complete -C ${JSON.stringify(line)}`], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, HOME: directory },
      }),
    ).map((line) => line.split('\t')[0])
  t.same(complete('mcrouter-operator re'), ['reconciler', 'render'])
  t.same(complete('mcrouter-operator render --o'), ['--operator-pods', '--others', '--output'])
  t.same(complete('mcrouter-operator render --output '), ['json', 'yaml'])
  t.same(complete('mcrouter-operator render -f th'), ['there.yaml'])
  t.same(complete('mcrouter-operator explain --before th'), ['there.yaml'])
  t.same(complete('mcrouter-operator help ser'), ['server'])
})

t.test('every flag of every command is in each script', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out } = await run(['completion', shell])
    for (const flags of [SERVER, RECONCILER, RENDER, EXPLAIN, CONVERT]) {
      for (const flag of Object.keys(flags)) t.match(out, flag, `${shell}: ${flag}`)
    }
  }
})

t.test('another shell is told which there are', async (t) => {
  for (const argv of [[], ['tcsh'], ['bash', 'zsh'], ['toString']]) {
    t.match(await run(['completion', ...argv]), { code: 2, error: /name one shell: bash, zsh, fish; see / })
  }
})
