import type { Machine } from '../support/machine.ts'
import type { Count } from './answers.ts'
import type { Sample } from './memory.ts'
import { type Outage, overlapping } from './outages.ts'
import type { Arrival } from './tracker.ts'
import type { Writers } from './writers.ts'

/** All that a soak counted. */
export interface Outcome {
  readonly machine: Machine
  readonly seed: number
  readonly mcrouters: number
  readonly minutes: number
  /** Why it ended before its time; undefined when it did not. */
  readonly interrupted: string | undefined
  readonly counts: readonly Count[]
  readonly arrivals: readonly Arrival[]
  readonly outages: readonly Outage[]
  readonly checkpoints: number
  /** Objects compared at all checkpoints together. */
  readonly compared: number
  /** Arrivals may take so long, in milliseconds. */
  readonly boundMs: number
  readonly lost: readonly string[]
  readonly wrong: readonly string[]
  /** Requests that ended as they should not have. */
  readonly failed: readonly string[]
  /** Processes that ended by themselves. */
  readonly ended: readonly string[]
  /** By Secret. */
  readonly certificates: ReadonlyMap<string, number>
  readonly writers: (Writers & { readonly leaseTransitions: number }) | undefined
  readonly samples: readonly Sample[]
  /** Runnable threads of the machine, sampled. */
  readonly loads: readonly number[]
}

/** Arrivals, apart from those that an outage overlaps. */
export function undisturbed({ arrivals, outages }: Outcome): readonly Arrival[] {
  return arrivals.filter(({ from, until }) => !overlapping(outages, from, until))
}

/** Milliseconds that an arrival took, without the time in which it waited for pods. */
export function tookMs({ from, until, waitedMs }: Arrival): number {
  return until - from - waitedMs
}

/** Undisturbed arrivals that took longer than the bound. */
export function late(outcome: Outcome): readonly Arrival[] {
  return undisturbed(outcome).filter((arrival) => tookMs(arrival) > outcome.boundMs)
}

/** Everything that must not be, a line each; none when the soak went well. */
export function faults(outcome: Outcome): readonly string[] {
  const { interrupted, lost, wrong, failed, ended } = outcome
  return [
    ...(interrupted === undefined ? [] : [`interrupted: ${interrupted}`]),
    ...lost.map((line) => `lost: ${line}`),
    ...wrong.map((line) => `wrong: ${line}`),
    ...failed.map((line) => `failed: ${line}`),
    ...ended.map((line) => `ended by itself: ${line}`),
    ...lateInWords(outcome),
    ...twoLeaders(outcome),
  ]
}

/** What was late, a line each, the latest first. */
export function lateInWords(outcome: Outcome): readonly string[] {
  return late(outcome)
    .toSorted((one, other) => tookMs(other) - tookMs(one))
    .map((arrival) => {
      const { mcrouter, cause, from } = arrival
      return `late: ${mcrouter}, ${cause}, ${Math.round(tookMs(arrival))} ms, at ${Math.round(from / 1000)} s`
    })
}

/** Whoever writes has the lease: writers cannot change more often than it does. */
function twoLeaders({ writers }: Outcome): string[] {
  if (writers === undefined) return ['the audit log was not read: nothing is known about two leaders']
  const { changes, leaseTransitions } = writers
  if (changes <= leaseTransitions) return []
  return [`writers changed ${changes} times, the lease only ${leaseTransitions} times`]
}
