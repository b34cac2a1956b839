import { ServerError } from '../give-up.ts'
import { type Dialect, LINE_END, refusalIn } from './dialect.ts'
import type { Condition, Item, Outcome } from './item.ts'
import type { Reply } from './replies.ts'

const FETCH = { before: Buffer.from('mg '), behind: Buffer.from(' v f t c\r\n') }
const STORE = Buffer.from('ms ')
const REMOVE = Buffer.from('md ')

/**
 * Meta commands, from 1.6.10 on: before, they looked otherwise (https://github.com/memcached/memcached/wiki/ReleaseNotes1610).
 * @param givesCas whether `E` is understood, with which a copy has the cas of its origin: a client's `gets` at the one place then
 *   fits a `cas` at the other
 */
export function metaDialect(givesCas: boolean): Dialect {
  return {
    listing: 'hash',
    get: (key) => [FETCH.before, key, FETCH.behind],
    item: itemIn,
    store({ key, item: { value, flags, cas }, expiry, condition }) {
      const given = givesCas ? ` E${cas}` : ''
      const words = ` ${value.length} F${flags} T${expiry}${conditionText(condition)}${given} c\r\n`
      return [STORE, key, Buffer.from(words), value, LINE_END]
    },
    stored: outcomeIn,
    remove: ({ key, condition }) => [REMOVE, key, Buffer.from(`${conditionText(condition)}\r\n`)],
    removed: outcomeIn,
  }
}

function conditionText(condition: Condition): string {
  if (condition === 'always') return ''
  return condition === 'absent' ? ' ME' : ` C${condition}`
}

function itemIn({ line, value }: Reply): Item | undefined {
  if (line === 'EN') return undefined
  const [, flags, ttl, cas] = /^VA \d+ f(\d+) t(-?\d+) c(\d+)$/.exec(line) ?? []
  if (flags === undefined || cas === undefined || value === undefined)
    throw new ServerError(`it does not answer mg: ${line.slice(0, 80)}`)
  return { value, flags, ttl: Number(ttl), cas: BigInt(cas) }
}

function outcomeIn(reply: Reply): Outcome {
  const [word, cas] = reply.line.split(' ')
  // NS: it is there; EX: the cas is another; NF: there is nothing.
  if (word === 'NS' || word === 'EX' || word === 'NF') return { kind: 'unmet' }
  if (word === 'HD') return { kind: 'done', cas: BigInt(/^c(\d+)$/.exec(cas ?? '')?.[1] ?? 0) }
  const refusal = refusalIn(reply)
  if (refusal === undefined) throw new ServerError(`it does not answer ms or md: ${reply.line.slice(0, 80)}`)
  return refusal
}
