import { readFileSync } from 'node:fs'

/** What a configuration answers to one operation; exact replies, as mcrouter gave them. */
export interface Replies {
  readonly config: string
  /** The server that dies. */
  readonly dead: string
  /** Whether the key's home is the server that dies, another one, or it makes no difference. */
  readonly home: 'dead' | 'alive' | 'any'
  readonly op: string
  readonly healthy: string
  readonly first: string
  readonly after_2s: string
  readonly fresh_router: string
  readonly back: string
}

/** All servers up, one just killed, for two seconds, of a router that was started then, and that server back and empty. */
export const COURSE = ['healthy', 'first', 'after_2s', 'fresh_router', 'back'] as const
export type Phase = (typeof COURSE)[number]

/** Those that pages tell of: all servers up, one dead, and that one back and empty. */
export const PHASES = ['healthy', 'after_2s', 'back'] as const

/** Operations that answer alike share a row of the table. */
export const ROWS: ReadonlyMap<string, readonly string[]> = new Map([
  ['get, gets, gat, gats', ['get', 'gets', 'gat', 'gats']],
  ['set', ['set']],
  ['touch', ['touch']],
  ['delete', ['delete']],
  ['replace', ['replace']],
  ['add, of a new key', ['add-absent']],
  ['add, of one that is there', ['add-present']],
  ['append, prepend', ['append', 'prepend']],
  ['gets, then cas', ['cas']],
  ['incr, decr', ['incr', 'decr']],
])

export const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['replicated, 3', 'replicated-3-available.json'],
  ['replicated, 2', 'replicated-2-available.json'],
  ['sharded', 'sharded-3-miss-on-error.json'],
])

export function vectors<Vector>(name: string): readonly Vector[] {
  return JSON.parse(
    readFileSync(new URL(`../../test/fixtures/vectors/${name}.json`, import.meta.url), 'utf8'),
  )
}

/** A reply in a word: errors differ in their text between releases. */
export function wordFor(reply: string): string {
  // A cas whose gets found nothing cannot be tried.
  const text = reply.replace(/^gets: /, '')
  if (text.startsWith('VALUE ')) return 'hit'
  if (text === 'END') return 'miss'
  if (/^\d+$/.test(text)) return 'the number'
  if (text.startsWith('VERSION ')) return 'the version'
  return text.startsWith('SERVER_ERROR ') ? 'error' : text
}

/** Rows of the table in docs/operations.md, for keys whose home is the server that dies. */
export function tableRows(replies: readonly Replies[]): string[] {
  return [...ROWS].map(([title, operations]) => {
    const cells = [...COLUMNS.values()].map((config) => {
      const found = replies.filter(
        (one) => one.config === config && one.home !== 'alive' && operations.includes(one.op),
      )
      if (found.length !== operations.length) throw new Error(`${title}: ${found.length} of ${config}`)
      return PHASES.map((phase) => [...new Set(found.map((one) => wordFor(one[phase])))].join(' or ')).join(
        ' → ',
      )
    })
    return `| ${title} | ${cells.join(' | ')} |`
  })
}

/** Where two servers race for the answer to append and prepend, which of them won was recorded of these together. */
const RACED = ['replicated-2-available.json', 'replicated-2-missfailover.json', 'replicated-2-selfheal.json']

/** The words that a reply may be: where servers race, operations of one row answer in either way. */
export function wordsFor(one: Replies, phase: Phase, all: readonly Replies[]): Set<string> {
  const row = [...ROWS.values()].find((operations) => operations.includes(one.op)) ?? [one.op]
  const isRaced = RACED.includes(one.config) && ['append', 'prepend'].includes(one.op)
  const configs = isRaced ? RACED : [one.config]
  const alike = all.filter(
    ({ config, dead, home, op }) =>
      configs.includes(config) && dead === one.dead && home === one.home && row.includes(op),
  )
  return new Set(alike.map((each) => wordFor(each[phase])))
}
