/** What the answers to one probe may cost, in all. */
export interface AnswerLimits {
  readonly bytes: number
  readonly lines: number
}

/** Longest line: the flags of a router, which it tells, are the longest. */
const LONGEST_LINE = 16 * 1024
/** A pod writes an answer at once: pieces of a few bytes each come from something that wants to be expensive. */
const PIECES = 4_096

/** One that is not as memcached and mcrouter answer, or has no end. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
}

/** The answers to requests of the memcached protocol that were written at once, as they come: each byte is looked at once. */
export class Answers {
  readonly #limits: AnswerLimits
  readonly #done: string[][] = []
  #lines: string[] = []
  readonly #expected: number
  #rest = ''
  #bytes = 0
  #pieces = 0
  #count = 0

  /** @param expected how many requests were written */
  constructor(expected: number, limits: AnswerLimits) {
    this.#expected = expected
    this.#limits = limits
  }

  /**
   * Takes the next piece. True once all answers are complete.
   * @throws AnswerError when it is beyond the limits, or a request is refused
   */
  take(piece: string): boolean {
    this.#bytes += piece.length
    this.#pieces += 1
    if (this.#bytes > this.#limits.bytes || this.#pieces > PIECES)
      throw new AnswerError('its answer does not end')
    const lines = (this.#rest + piece).split('\r\n')
    this.#rest = lines.pop() ?? ''
    this.#count += lines.length
    if (this.#count > this.#limits.lines) throw new AnswerError('its answer has too many lines')
    for (const line of lines) this.#line(line)
    if (this.#rest.length > LONGEST_LINE) throw new AnswerError('its answer has a line without end')
    return this.#done.length >= this.#expected
  }

  /** The lines of each answer, in the order of the requests, without the last, which is END. */
  get complete(): readonly (readonly string[])[] {
    return this.#done
  }

  #line(line: string): void {
    if (line.length > LONGEST_LINE) throw new AnswerError('its answer has a line without end')
    if (this.#lines.length === 0 && /^(CLIENT_|SERVER_)?ERROR/.test(line))
      throw new AnswerError(`it refuses: ${line.slice(0, 80)}`)
    if (line !== 'END') {
      this.#lines.push(line)
      return
    }
    this.#done.push(this.#lines)
    this.#lines = []
  }
}
