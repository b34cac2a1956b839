import { ServerError } from '../give-up.ts'
import { type Dialect, LINE_END, refusalIn } from './dialect.ts'
import type { Item, Outcome } from './item.ts'
import type { Reply } from './replies.ts'

const DONE = new Set(['STORED', 'DELETED'])
const UNMET = new Set(['EXISTS', 'NOT_FOUND', 'NOT_STORED'])

/** What every release understands. It tells neither how long a value lives, nor the cas of what was stored. */
export const classicDialect: Dialect = {
  listing: 'all',
  get: (key) => [Buffer.from('gets '), key, LINE_END],
  item: itemIn,
  store({ key, item: { value, flags }, expiry, condition }) {
    const rest = ` ${flags} ${expiry} ${value.length}`
    const head =
      condition === 'always'
        ? ['set ', rest]
        : condition === 'absent'
          ? ['add ', rest]
          : ['cas ', `${rest} ${condition}`]
    return [Buffer.from(head[0] ?? ''), key, Buffer.from(`${head[1]}\r\n`), value, LINE_END]
  },
  stored: outcomeIn,
  remove({ key, condition }) {
    if (condition === 'always') return [Buffer.from('delete '), key, LINE_END]
    // Nothing, expired: a delete has no condition.
    return [Buffer.from('cas '), key, Buffer.from(` 0 -1 0 ${condition}\r\n\r\n`)]
  },
  removed: outcomeIn,
}

function itemIn({ line, value }: Reply): Item | undefined {
  if (line === 'END') return undefined
  const [, flags, cas] = /^VALUE \S+ (\d+) \d+ (\d+)$/.exec(line) ?? []
  if (flags === undefined || cas === undefined || value === undefined)
    throw new ServerError(`it does not answer gets: ${line.slice(0, 80)}`)
  return { value, flags, ttl: undefined, cas: BigInt(cas) }
}

function outcomeIn(reply: Reply): Outcome {
  if (DONE.has(reply.line)) return { kind: 'done', cas: 0n }
  if (UNMET.has(reply.line)) return { kind: 'unmet' }
  const refusal = refusalIn(reply)
  if (refusal === undefined) throw new ServerError(`it does not answer a store: ${reply.line.slice(0, 80)}`)
  return refusal
}
