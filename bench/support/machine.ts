import { cpus, loadavg, release, totalmem } from 'node:os'

/** Where and when something was measured. */
export interface Machine {
  /** ISO 8601. */
  readonly at: string
  readonly processors: string
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  /** Runnable threads on average over the last minute: with more than processors, times on the wall mean little. */
  readonly load: number
}

export function machine(): Machine {
  const all = cpus()
  return {
    at: new Date().toISOString(),
    processors: `${all.length} × ${all[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}
