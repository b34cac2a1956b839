import { GiveUpError, ServerError } from '../give-up.ts'
import { type Listed, listedIn } from './dump-line.ts'

/** A line has a key of 250 bytes, each written with three characters, and some 120 characters around it. */
const LONGEST_LINE = 2_048

/** What memcached says in place of a dump. */
export type Refusal = 'busy' | 'no-hash'

/** The answer to `lru_crawler metadump`, as it comes: each byte is looked at once, so that it can be read as fast as it is written. */
export class DumpParser {
  readonly #each: (listed: Listed) => void
  #rest = ''
  #lines = 0
  #refusal: Refusal | undefined

  /** @param each is told of each key, in the order of the server */
  constructor(each: (listed: Listed) => void) {
    this.#each = each
  }

  /** Undefined for a dump that is given. */
  get refusal(): Refusal | undefined {
    return this.#refusal
  }

  /**
   * Takes the next piece. True once the answer is complete.
   * @throws {GiveUpError} when the server has no dump for anybody
   * @throws {ServerError} when it answers like no memcached
   */
  take(piece: string): boolean {
    const text = this.#rest + piece
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      const line = text.slice(from, text[end - 1] === '\r' ? end - 1 : end)
      from = end + 1
      if (this.#line(line)) return true
    }
    this.#rest = text.slice(from)
    if (this.#rest.length > LONGEST_LINE) throw new ServerError('its dump has a line without end')
    return false
  }

  #line(line: string): boolean {
    this.#lines += 1
    if (line === 'END') return true
    const listed = listedIn(line)
    if (listed !== undefined) {
      this.#each(listed)
      return false
    }
    // 1.6.45 says it before the first key.
    if (line === 'OK' && this.#lines === 1) return false
    if (this.#lines > 1) throw new ServerError(`its dump has a line that is none: ${line.slice(0, 80)}`)
    this.#refusal = refusalIn(line)
    return true
  }
}

function refusalIn(line: string): Refusal {
  if (line.startsWith('BUSY')) return 'busy'
  if (line.startsWith('BADCLASS')) return 'no-hash'
  if (/^(CLIENT_)?ERROR/.test(line))
    throw new GiveUpError('DumpRefused', `it does not list its keys: ${line.slice(0, 80)}`)
  throw new ServerError(`it does not answer like memcached: ${line.slice(0, 80)}`)
}
