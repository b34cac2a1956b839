/** Go's notation of a duration (time.ParseDuration), of one unit and a whole number. */
const SHAPE = /^([1-9][0-9]{0,8})(ms|s|m|h)$/

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration such as 500ms, 60s or 1h; undefined when it is none. */
export function millisecondsOf(duration: string): number | undefined {
  const [, number, unit = ''] = SHAPE.exec(duration) ?? []
  const factor = MILLISECONDS[unit]
  return factor === undefined ? undefined : Number(number) * factor
}

/** Whole seconds of one; undefined for parts of a second too. */
export function secondsOf(duration: string): number | undefined {
  const seconds = (millisecondsOf(duration) ?? Number.NaN) / 1000
  return Number.isInteger(seconds) ? seconds : undefined
}

/** A number of milliseconds as people write it, in the largest unit that it is a whole number of. */
export function durationOf(milliseconds: number): string {
  const units = ['h', 'm', 's'].map((unit) => [unit, MILLISECONDS[unit] ?? 1] as const)
  const [unit, factor] = units.find(([, size]) => milliseconds % size === 0) ?? ['ms', 1]
  return `${milliseconds / factor}${unit}`
}

/** Why a duration is not from one to the other; undefined when it is. */
export function durationComplaint(text: string, least: number, most: number): string | undefined {
  const milliseconds = millisecondsOf(text)
  if (milliseconds === undefined) return 'it is no whole number with ms, s, m or h'
  if (milliseconds < least) return `it is less than ${durationOf(least)}`
  return milliseconds > most ? `it is more than ${durationOf(most)}` : undefined
}
