import { readFileSync, writeFileSync } from 'node:fs'
import { ABSENT, CHECKS, OK } from './checks.ts'
import type { Result, Results } from './results.ts'

/** What fails with each, by the protocol itself. */
export const NEVER = ['flush_all', 'keys such as /a/b/c'] as const

/** Libraries that no registry in reach has: what their sources say. */
const READ = [
  '| dalli (Ruby) | 5.2.1, read | meta | nothing: it speaks the meta protocol alone (its change log, 5.0.0); dalli 3 and 4 speak binary or meta |',
]

const FILE = new URL('../../README.md', import.meta.url)
const START = '<!-- clients: npm run clients:record -->'
const END = '<!-- /clients -->'

/** The part of the README that the results are shown in. */
export function tableOf({ date, against, results }: Results): string {
  const asked = Object.keys(CHECKS).filter((check) => !NEVER.some((never) => never === check))
  return [
    START,
    `Run on ${date} against ${against}, with both topologies.`,
    `*All* is ${asked.join(', ')}.`,
    '',
    '| client library | version | protocol | what works |',
    '|---|---|---|---|',
    ...results.map(row),
    ...READ,
    END,
  ].join('\n')
}

export function readTable(): string {
  const text = readFileSync(FILE, 'utf8')
  return text.slice(text.indexOf(START), text.indexOf(END) + END.length)
}

export function writeTable(results: Results): void {
  const text = readFileSync(FILE, 'utf8')
  writeFileSync(
    FILE,
    text.replace(readTable(), () => tableOf(results)),
  )
}

function row({ library, language, version, protocol, outcomes }: Result): string {
  return `| ${library} (${language}) | ${shortened(version)} | ${protocol} | ${inWords(outcomes)} |`
}

/** Of a Go module without releases, its commit. */
function shortened(version: string): string {
  return version.replace(/^v0\.0\.0-(\d{4})(\d\d)(\d\d)\d+-(\w+)$/, '$4 of $1-$2-$3')
}

function inWords(outcomes: Result['outcomes']): string {
  const { set = '' } = outcomes
  if (set !== OK) return `nothing: \`${set}\``
  const others = Object.entries(outcomes).filter(
    ([check, outcome]) => outcome !== OK && !NEVER.some((never) => never === check),
  )
  if (others.length === 0) return 'all'
  const reasons = others.map(([check, outcome]) =>
    outcome === ABSENT ? `${check} (${ABSENT})` : `${check} (\`${outcome}\`)`,
  )
  return `all but ${reasons.join(', ')}`
}
