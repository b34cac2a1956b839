/** A size as people write it beside what Kubernetes and memcached read: 1GB, 512 MB, 1g. */
const SIZE = /^([0-9]{1,9}) ?([kKmMgGtT])i?[bB]?$/

const EXPONENT: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 }

interface Size {
  readonly number: number
  /** K, M, G or T. */
  readonly letter: string
  readonly bytes: number
}

function sizeIn(text: string): Size | undefined {
  const [, digits = '', unit = ''] = SIZE.exec(text) ?? []
  const letter = unit.toUpperCase()
  const exponent = EXPONENT[letter]
  if (exponent === undefined) return undefined
  const number = Number(digits)
  return { number, letter, bytes: number * 1024 ** exponent }
}

/** The whole MiB that a text means, undefined when it means none. */
export function mebibytesIn(text: string): number | undefined {
  const size = sizeIn(text)
  const count = size === undefined ? Number.NaN : size.bytes / 1024 ** 2
  return Number.isInteger(count) && count > 0 ? count : undefined
}

/** The bytes that a text means. */
export function bytesIn(text: string): number | undefined {
  return sizeIn(text)?.bytes
}

/** The two quantities of Kubernetes that a text can mean, as half a sentence. */
export function quantitiesIn(text: string): string | undefined {
  const size = sizeIn(text)
  if (size === undefined) return undefined
  const { number, letter } = size
  const decimal = letter === 'K' ? 'k' : letter
  return `did you mean ${number}${letter}i, or ${number}${decimal}, which is less?`
}
