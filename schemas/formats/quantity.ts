/** An amount in the unit that Kubernetes' quantities are exact to: billionths. */
export type Amount = bigint

const NANO = 9
/** No quantity exceeds this (k8s.io/apimachinery pkg/api/resource/quantity.go: maxAllowed, 2^63 - 1). */
const LARGEST = (2n ** 63n - 1n) * 10n ** BigInt(NANO)

/** A number ends where its digits do, so that there is one way to take a text apart. */
const SHAPE = /^([0-9.]+)(?![0-9.])([A-Za-z]{0,2})([+-]?[0-9]*)$/
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }

/**
 * The amount that a quantity stands for, parts of a billionth rounded up as Kubernetes does (ParseQuantity in
 * quantity.go, suffixes in suffix.go); undefined when it is none, is signed or exceeds 2^63 - 1.
 * @param quantity a whole number or text such as 250m, 1.5Gi or 1e3, at most 32 characters
 */
export function amountOf(quantity: number | string): Amount | undefined {
  const text = `${quantity}`
  if (text.length > 32) return undefined
  const known = AMOUNTS.get(text)
  if (known !== undefined) return known
  const amount = parse(text)
  if (amount !== undefined && AMOUNTS.size < MOST_AMOUNTS) AMOUNTS.set(text, amount)
  return amount
}

/** Amounts by their text: format, range and order each read a quantity anew, and most objects have the same few. */
const AMOUNTS = new Map<string, Amount>()
const MOST_AMOUNTS = 1_000

function parse(text: string): Amount | undefined {
  const [, number = '', suffix = '', exponent = ''] = SHAPE.exec(text) ?? []
  const [whole = '', fraction = '', ...more] = number.split('.')
  if (whole + fraction === '' || more.length > 0) return undefined
  const scale = scaleOf(suffix, exponent)
  if (scale === undefined) return undefined
  const digits = BigInt(whole + fraction) * scale.factor
  const amount = shift(digits, scale.exponent + NANO - fraction.length)
  return amount <= LARGEST ? amount : undefined
}

function scaleOf(suffix: string, exponent: string): { factor: bigint; exponent: number } | undefined {
  if (suffix === 'e' || suffix === 'E') {
    if (exponent === '') return suffix === 'E' ? { factor: 1n, exponent: 18 } : undefined
    const power = Number.parseInt(exponent, 10)
    return Math.abs(power) <= 64 ? { factor: 1n, exponent: power } : undefined
  }
  if (exponent !== '') return undefined
  const binary = Object.hasOwn(BINARY, suffix) ? BINARY[suffix] : undefined
  if (binary !== undefined) return { factor: 2n ** binary, exponent: 0 }
  const decimal = Object.hasOwn(DECIMAL, suffix) ? DECIMAL[suffix] : undefined
  return decimal === undefined ? undefined : { factor: 1n, exponent: decimal }
}

/** digits × 10^power, rounded up. */
function shift(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power)
  const divisor = 10n ** BigInt(-power)
  return (digits + divisor - 1n) / divisor
}

const MIB = 2n ** 20n * 10n ** BigInt(NANO)

/** The amount of so many MiB. */
export function mebibytes(count: number): Amount {
  return BigInt(count) * MIB
}

/** Thousandths, which CPUs are counted in: rounded up. */
export function toMillis(amount: Amount): number {
  return Number((amount + 999_999n) / 1_000_000n)
}

/** Whole units, such as bytes: rounded up. */
export function toUnits(amount: Amount): number {
  return Number((amount + 999_999_999n) / 1_000_000_000n)
}

/** Whether it is a whole number of thousandths (CPUs) or of units (bytes). */
export function isWhole(amount: Amount, of: 'thousandths' | 'units'): boolean {
  return amount % (of === 'units' ? 1_000_000_000n : 1_000_000n) === 0n
}
