/**
 * A number that a pod says, as text: memcached counts in 64 bits, which a double of ours would round. Undefined for anything
 * else: no pod may write a line of its own into what is exposed, nor NaN or infinity.
 */
export function numberIn(text: string | undefined): string | undefined {
  return text !== undefined && /^-?\d{1,20}(|\.\d{1,20})$/.test(text) ? text : undefined
}

/** Their sum; undefined where one is missing or no number. */
export function sumOf(...texts: readonly (string | undefined)[]): number | undefined {
  const sum = texts.reduce((total, text) => total + Number(numberIn(text) ?? Number.NaN), 0)
  return Number.isFinite(sum) ? sum : undefined
}

/** A computed number as it is exposed; undefined stays undefined. */
export function textOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : `${number}`
}

/** Of microseconds, in seconds. */
export function secondsIn(microseconds: string | undefined): string | undefined {
  const number = sumOf(microseconds)
  return number === undefined ? undefined : `${number / 1_000_000}`
}
