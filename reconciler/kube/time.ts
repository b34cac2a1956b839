/** Kubernetes' MicroTime, which its Lease and Event demand: 2026-01-31T12:00:00.000000Z. `ms` since the epoch. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

/** As it writes times everywhere else: exact to a second. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
