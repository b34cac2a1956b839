/** A share of the keys, in lowest terms. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

export function fraction(numerator: number, denominator: number): Fraction {
  const divisor = numerator === 0 ? denominator : greatestCommonDivisor(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/** `1/3`, and `0` or `1`. */
export function fractionText({ numerator, denominator }: Fraction): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`
}

/** Of a hundred, with two decimals at most. */
export function percentText({ numerator, denominator }: Fraction): string {
  return `${Number(((100 * numerator) / denominator).toFixed(2))} %`
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}
