/** What one answer may cost. */
export interface AnswerLimits {
  readonly bytes: number
  /** mcrouter writes an answer at once: pieces of a few bytes each come from something that wants to be expensive. */
  readonly pieces: number
}

/** One that is longer than anything that mcrouter says. */
export class EndlessAnswerError extends Error {
  override readonly name = 'EndlessAnswerError'
  override readonly message = 'its answer does not end'
}

const END = 'END\r\n'
/** Of the first line, so much tells whether it is one that refuses the request: SERVER_ERROR … */
const HEAD = 32

/** The answer to one request of the memcached protocol, as it comes: each byte of it is looked at once. */
export class Answer {
  readonly #limits: AnswerLimits
  readonly #pieces: string[] = []
  #length = 0
  #head = ''
  #tail = ''

  constructor(limits: AnswerLimits) {
    this.#limits = limits
  }

  /**
   * Takes the next piece. True once the answer is complete: with its line END, or a line that says that the request is
   * refused.
   *
   * @throws EndlessAnswerError when it is beyond the limits
   */
  take(piece: string): boolean {
    this.#length += piece.length
    const isBeyond = this.#length > this.#limits.bytes || this.#pieces.length >= this.#limits.pieces
    if (isBeyond) throw new EndlessAnswerError()
    this.#pieces.push(piece)
    if (this.#head.length < HEAD) this.#head = (this.#head + piece).slice(0, HEAD)
    this.#tail = (this.#tail + piece.slice(-END.length)).slice(-END.length)
    return this.#tail === END || (this.#tail.endsWith('\r\n') && /^[A-Z_]*ERROR/.test(this.#head))
  }

  get text(): string {
    return this.#pieces.join('')
  }
}
