import { FAILSAFE_SCHEMA, type Schema, Type } from 'js-yaml'

const NULL = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])

const DIGITS = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/
/** 64 binary digits behind `0b`: no number of 64 bits is longer in another base. */
const MOST_DIGITS = 66
/** JavaScript reads a text of these characters alone as a number where Go does. */
const FRACTION = /^[-+.0-9eE]+$/
/** goyaml reads a number that begins with its point by Go's strconv.ParseFloat alone, which refuses such an underscore. */
const STRAY_UNDERSCORE = /[^0-9]_|_[^0-9]|_$/
const SPECIAL = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/

/**
 * What plain words and numbers mean to kubectl and the API server: their reader is one of YAML 1.1 with exceptions, in
 * which `yes` is true and `010` is eight (sigs.k8s.io/yaml, goyaml.v2/resolve.go). Whoever renders a file has to see
 * what applying it would bring about.
 */
export const KUBERNETES_SCHEMA: Schema = FAILSAFE_SCHEMA.extend({
  implicit: [
    scalar('null', (text) => (NULL.has(text) ? null : undefined)),
    scalar('bool', (text) => (TRUE.has(text) ? true : FALSE.has(text) ? false : undefined)),
    scalar('int', integerIn),
    scalar('float', (text) => specialIn(text) ?? integerIn(text) ?? fractionIn(text)),
    new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text) => text === '<<' }),
  ],
})

/** @param read undefined for what is of another type */
function scalar(name: string, read: (text: string) => unknown): Type {
  const construct = (text: unknown) => read(typeof text === 'string' ? text : '')
  return new Type(`tag:yaml.org,2002:${name}`, {
    kind: 'scalar',
    resolve: (text: unknown) => construct(text) !== undefined,
    construct,
  })
}

/** A whole number of 64 bits, as Go's strconv.ParseInt and ParseUint read it; undefined for anything else. */
function integerIn(text: string): number | undefined {
  const [, sign, digits] = DIGITS.exec(withoutUnderscores(text)) ?? []
  if (digits === undefined || digits.length > MOST_DIGITS) return undefined
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits)
  const most = sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n
  return magnitude > most ? undefined : Number(sign === '-' ? -magnitude : magnitude)
}

function fractionIn(text: string): number | undefined {
  if (text.startsWith('.') && STRAY_UNDERSCORE.test(text)) return undefined
  const plain = withoutUnderscores(text)
  const number = FRACTION.test(plain) ? Number(plain) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

function specialIn(text: string): number | undefined {
  if (!SPECIAL.test(text)) return undefined
  if (/nan$/i.test(text)) return Number.NaN
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** Only what begins like a number is taken for one. */
function withoutUnderscores(text: string): string {
  return /^[-+.0-9]/.test(text) ? text.replaceAll('_', '') : text
}
