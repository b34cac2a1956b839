/** A value in one of Grafana's units, in few characters. */
export function inUnit(value: number, unit: string): string {
  if (unit === 'percentunit') return `${Number((100 * value).toPrecision(3))} %`
  if (unit === 's') return inSeconds(value)
  const suffix = unit === 'ops' ? '/s' : ''
  if (value >= 1_000_000) return `${short(value / 1_000_000)} M${suffix}`
  return value >= 1_000 ? `${short(value / 1_000)} k${suffix}` : `${short(value)}${suffix && ` ${suffix}`}`
}

function inSeconds(value: number): string {
  if (value >= 3_600) return `${short(value / 3_600)} h`
  if (value >= 60) return `${short(value / 60)} min`
  if (value >= 1 || value === 0) return `${short(value)} s`
  return value >= 0.001 ? `${short(value * 1_000)} ms` : `${short(value * 1_000_000)} µs`
}

function short(value: number): string {
  return `${Number(value.toPrecision(2))}`
}
