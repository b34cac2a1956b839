import { readFileSync, writeFileSync } from 'node:fs'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { startCaller } from './caller.ts'
import { CHECKS, OK, type Outcome, outcomeOf, SPOILING } from './checks.ts'
import type { Library, Protocol } from './library.ts'
import { type Stage, TOPOLOGIES } from './stage.ts'

/** One library with one protocol. */
export interface Result {
  readonly library: string
  readonly language: string
  readonly version: string
  readonly protocol: Protocol
  /** By check. Where not even `set` works, nothing else is asked. */
  readonly outcomes: Outcomes
}

export interface Results {
  readonly date: string
  readonly against: string
  readonly results: readonly Result[]
}

const FILE = new URL('results.json', import.meta.url)

export function recorded(): Results {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

export function record(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}

/** @param directory what its toolchain has prepared */
export async function resultOf(
  library: Library,
  protocol: Protocol,
  directory: string,
  { ports }: Stage,
): Promise<Result> {
  const [replicated, sharded] = await Promise.all(
    TOPOLOGIES.map((topology) => {
      const args = [LOOPBACK, `${ports[topology]}`, protocol]
      return runOf([...library.command(directory), ...args], `${library.name}-${protocol}`)
    }),
  )
  if (replicated === undefined || sharded === undefined) throw new Error('there are two topologies')
  return {
    library: library.name,
    language: library.toolchain.language,
    version: replicated.version,
    protocol,
    outcomes: merged(replicated.outcomes, sharded.outcomes),
  }
}

type Outcomes = Readonly<Record<string, Outcome>>

async function runOf(command: readonly [string, ...string[]], prefix: string) {
  const outcomes: Record<string, Outcome> = {}
  let caller = startCaller(command)
  try {
    const answer = await caller.ask('version')
    const version = answer.kind === 'yes' ? answer.value : answer.kind
    for (const [check, steps] of Object.entries(CHECKS)) {
      if (SPOILING.has(check)) {
        caller.end()
        caller = startCaller(command)
      }
      const key = `${prefix}-${check.replaceAll(/\W+/g, '-')}`
      const outcome = await outcomeOf(steps(key), caller.ask)
      outcomes[check] = outcome.replaceAll(new RegExp(`/?${prefix}-[\\w/-]*`, 'g'), 'KEY')
      if (check === 'set' && outcome !== OK) break
    }
    return { version, outcomes }
  } finally {
    caller.end()
  }
}

/** One outcome where both topologies agree. */
function merged(replicated: Outcomes, sharded: Outcomes): Outcomes {
  return Object.fromEntries(
    Object.entries(replicated).map(([check, one]) => {
      const other = sharded[check]
      return [check, one === other ? one : `replicated: ${one}; sharded: ${other}`]
    }),
  )
}
