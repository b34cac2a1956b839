import type { Family } from './family.ts'

/** Labels as they stand between braces (see {@link labelText}), and a number as text. */
export type Sample = readonly [labels: string, value: string]

/** The media type of {@link Exposition.text}. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Characters of one exposition. A router with 1,024 servers has 2.5 million; whoever repeats long names for each result of each
 * server would have ten.
 */
const LONGEST = 4 * 1024 * 1024

export class OversizeError extends Error {
  override readonly name = 'OversizeError'
  override readonly message = 'it has more statistics than are exported'
}

/**
 * Metrics in the text format of Prometheus, each sample with the same labels before its own.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export class Exposition {
  readonly #labels: string
  #text = ''

  /** @param labels of every sample, see {@link labelText} */
  constructor(labels: string) {
    this.#labels = labels
  }

  /**
   * All samples of a family, of which no two have the same labels; nothing where there is none.
   * @throws OversizeError when there is more text than anything sensible has
   */
  add({ name, head }: Family, samples: Iterable<Sample>): void {
    let text = ''
    for (const [labels, value] of samples) {
      const separator = labels === '' ? '' : ','
      text += `${name}{${this.#labels}${separator}${labels}} ${value}\n`
      if (this.#text.length + text.length > LONGEST) throw new OversizeError()
    }
    if (text !== '') this.#text += head + text
  }

  /** A family with one sample; nothing where the value is undefined. */
  one(family: Family, value: string | undefined, labels = ''): void {
    if (value !== undefined) this.add(family, [[labels, value]])
  }

  get text(): string {
    return this.#text
  }
}
