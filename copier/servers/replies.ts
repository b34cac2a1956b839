import { ServerError } from '../give-up.ts'

/** The answer to one request of the text protocol. */
export interface Reply {
  /** Its last line, such as STORED, `HD c5` or END; of one with a value in it, the line before the value. */
  readonly line: string
  readonly value?: Buffer
  /** Lines before END, of statistics. */
  readonly lines: readonly string[]
}

/** `stats` has lines of less than 100 bytes; an error of memcached at most a key. */
const LONGEST_LINE = 4_096
/** More lines than any statistics. */
const MOST_LINES = 4_096
/** memcached -I is at most 1 GiB. */
const LARGEST = 2 ** 30

/** Replies to requests that were written one behind the other, as they come. */
export class Replies {
  #rest: Buffer = Buffer.alloc(0)
  #lines: string[] = []
  #found: { line: string; value: Buffer } | undefined
  /** A value that is not whole yet, with the end of its line. */
  #open: { readonly line: string; readonly bytes: Buffer; length: number } | undefined

  /**
   * Takes the next piece.
   * @returns those that are complete with it
   * @throws {ServerError} for what is no reply of memcached
   */
  take(piece: Buffer): Reply[] {
    const done: Reply[] = []
    let left = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    for (;;) {
      if (this.#open !== undefined) left = this.#fill(left, done)
      if (this.#open !== undefined) break
      const end = left.indexOf(0x0a)
      if (end === -1) break
      const line = left.toString('latin1', 0, left[end - 1] === 0x0d ? end - 1 : end)
      left = left.subarray(end + 1)
      this.#line(line, done)
    }
    if (left.length > LONGEST_LINE) throw new ServerError('its answer has a line without end')
    this.#rest = left
    return done
  }

  #line(line: string, done: Reply[]): void {
    const length = lengthIn(line)
    if (length !== undefined) {
      this.#open = { line, bytes: Buffer.allocUnsafe(length + 2), length: 0 }
    } else if (line.startsWith('STAT ')) {
      if (this.#lines.push(line) > MOST_LINES) throw new ServerError('its answer has too many lines')
    } else {
      // Behind a value is END, which says nothing of its own.
      done.push({ line: this.#found?.line ?? line, ...this.#found, lines: this.#lines })
      this.#lines = []
      this.#found = undefined
    }
  }

  /** Adds to the value; returns what is behind it. */
  #fill(piece: Buffer, done: Reply[]): Buffer {
    const open = this.#open
    if (open === undefined) return piece
    const more = piece.copy(open.bytes, open.length)
    open.length += more
    if (open.length < open.bytes.length) return piece.subarray(more)
    if (open.bytes.toString('latin1', open.bytes.length - 2) !== '\r\n')
      throw new ServerError('its answer has a value without end')
    const found = { line: open.line, value: open.bytes.subarray(0, -2) }
    this.#open = undefined
    if (open.line.startsWith('VA ')) done.push({ ...found, lines: [] })
    else this.#found = found
    return piece.subarray(more)
  }
}

/** Bytes of the value behind `VA length …` or `VALUE key flags length …`. */
function lengthIn(line: string): number | undefined {
  const [, meta, classic] = /^(?:VA (\d+)\b|VALUE \S+ \d+ (\d+)\b)/.exec(line) ?? []
  const length = meta ?? classic
  if (length === undefined) return undefined
  if (Number(length) > LARGEST) throw new ServerError('its answer has a value of more than 1 GiB')
  return Number(length)
}
