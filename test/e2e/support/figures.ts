import { appendFileSync } from 'node:fs'
import type { Test } from 'tap'
import type { Counts } from '../agent/keys.ts'
import type { TrafficReport } from '../agent/traffic.ts'

/** Notes a figure of the suite, which prints them all at its end; docs/operations.md quotes them. */
export function figure(t: Test, what: string, value: string | number): void {
  const line = `${what}: ${value}`
  t.comment(line)
  const { E2E_FIGURES: file } = process.env
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}

export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}

export function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Sets that were not stored and gets that neither hit nor missed. */
export function failed({ set, get }: TrafficReport): number {
  return sum(set) - (set.stored ?? 0) + sum(get) - (get.hit ?? 0) - (get.miss ?? 0)
}

export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}
