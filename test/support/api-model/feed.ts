/** A body that is written while it is read. */
export class Feed implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  #end: { readonly error?: Error } | undefined
  #wake: (() => void) | undefined

  write(text: string): void {
    this.#chunks.push(Buffer.from(text))
    this.#wake?.()
  }

  end(): void {
    this.#end ??= {}
    this.#wake?.()
  }

  fail(error: Error): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  get open(): boolean {
    return this.#end === undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk) {
        yield chunk
      } else if (this.#end) {
        if (this.#end.error) throw this.#end.error
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
