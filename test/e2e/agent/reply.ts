/** What came back for one command, by kind: a word of the memcached protocol, or what happened in its place. */
export type Kind =
  | 'stored'
  | 'not-stored'
  | 'deleted'
  | 'not-found'
  | 'number'
  | 'hit'
  | 'miss'
  | 'text'
  /** SERVER_ERROR, CLIENT_ERROR or ERROR. */
  | 'error'
  /** The connection could not be opened or ended before the reply. */
  | 'connection'
  /** No reply in time. */
  | 'timeout'

export interface Reply {
  readonly kind: Kind
  /** The value of a hit, of several keys line by line, the error's text, the lines of a `stats`. */
  readonly text: string
}

const CRLF = '\r\n'
const words: ReadonlyMap<string, Kind> = new Map([
  ['STORED', 'stored'],
  ['NOT_STORED', 'not-stored'],
  ['EXISTS', 'not-stored'],
  ['DELETED', 'deleted'],
  ['NOT_FOUND', 'not-found'],
  ['OK', 'text'],
  ['END', 'miss'],
])

/**
 * The first reply in `received`, and how many bytes it takes; undefined while it is incomplete.
 * https://github.com/memcached/memcached/blob/master/doc/protocol.txt
 */
export function parseReply(received: Buffer): { reply: Reply; length: number } | undefined {
  const end = received.indexOf(CRLF)
  if (end < 0) return undefined
  const line = received.toString('latin1', 0, end)
  const length = end + CRLF.length
  const [word = ''] = line.split(' ', 1)
  if (word === 'VALUE') return parseValues(received, line, length)
  if (word === 'STAT') return parseStats(received)
  if (word.endsWith('ERROR')) return { reply: { kind: 'error', text: line }, length }
  const kind = words.get(word) ?? (/^\d+$/.test(word) ? 'number' : 'text')
  return { reply: { kind, text: line }, length }
}

/** VALUE key flags bytes, the bytes, and so on for each key that was found; END. */
function parseValues(received: Buffer, first: string, start: number) {
  const values: string[] = []
  let [line, at] = [first, start]
  while (line !== 'END') {
    const [word, , , bytes] = line.split(' ')
    if (word !== 'VALUE') throw new Error(`neither a value nor the end: ${JSON.stringify(line)}`)
    const end = at + Number(bytes)
    values.push(received.toString('latin1', at, end))
    const next = received.indexOf(CRLF, end + CRLF.length)
    if (next < 0) return undefined
    if (received.toString('latin1', end, end + CRLF.length) !== CRLF)
      throw new Error(`more than ${bytes} bytes: ${JSON.stringify(line)}`)
    line = received.toString('latin1', end + CRLF.length, next)
    at = next + CRLF.length
  }
  return { reply: { kind: 'hit' as const, text: values.join(CRLF) }, length: at }
}

function parseStats(received: Buffer) {
  const tail = `${CRLF}END${CRLF}`
  const end = received.indexOf(tail)
  if (end < 0) return undefined
  return {
    reply: { kind: 'text' as const, text: received.toString('latin1', 0, end) },
    length: end + tail.length,
  }
}
