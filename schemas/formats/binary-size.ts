/** Quantities of Kubernetes in powers of two, of a whole number: 512Ki, 256Mi, 4Gi. */
const SHAPE = /^([1-9][0-9]{0,9})(Ki|Mi|Gi|Ti)$/

const KIB = 1024
const BYTES: Readonly<Record<string, number>> = { Ki: KIB, Mi: KIB ** 2, Gi: KIB ** 3, Ti: KIB ** 4 }

/** Bytes of a size such as 512Ki, 256Mi or 4Gi; undefined when it is none. */
export function bytesOf(size: string): number | undefined {
  const [, number, unit = ''] = SHAPE.exec(size) ?? []
  const factor = BYTES[unit]
  return factor === undefined ? undefined : Number(number) * factor
}

/** Whole MiB of one; undefined for parts of a MiB too. */
export function wholeMebibytes(size: string): number | undefined {
  const count = (bytesOf(size) ?? Number.NaN) / KIB ** 2
  return Number.isInteger(count) ? count : undefined
}

/** A number of bytes, whole KiB of them, in the largest unit that it is a whole number of. */
export function sizeOf(bytes: number): string {
  const units = ['Ti', 'Gi', 'Mi'].map((unit) => [unit, BYTES[unit] ?? 1] as const)
  const [unit, factor] = units.find(([, size]) => bytes % size === 0) ?? ['Ki', KIB]
  return `${bytes / factor}${unit}`
}

const LEAST_MEMORY = 16
const MOST_MEMORY = KIB ** 2

/** Why memcached's -m cannot be this; undefined when it can. */
export function memoryComplaint(text: string): string | undefined {
  const mebibytes = wholeMebibytes(text)
  if (mebibytes === undefined) return bytesOf(text) === undefined ? '' : 'it is not a whole number of Mi'
  if (mebibytes < LEAST_MEMORY) return `it is less than ${LEAST_MEMORY}Mi`
  return mebibytes > MOST_MEMORY ? 'it is more than 1Ti' : undefined
}

const CHUNK = 512 * KIB

/** Why memcached would not start with this as its -I, whatever its -m (docs/adr/0001-memcached-memory.md). */
export function largestItemComplaint(text: string): string | undefined {
  const bytes = bytesOf(text)
  if (bytes === undefined) return ''
  if (bytes < CHUNK) return 'it is less than 512Ki'
  if (bytes > KIB ** 3) return 'it is more than 1Gi'
  return bytes % CHUNK === 0 ? undefined : 'it is not a multiple of 512Ki'
}

/** As memcached reads it: it knows k and m alone. */
export function itemSizeOf(size: string): string {
  const bytes = bytesOf(size) ?? 0
  return bytes % KIB ** 2 === 0 ? `${bytes / KIB ** 2}m` : `${bytes / KIB}k`
}
