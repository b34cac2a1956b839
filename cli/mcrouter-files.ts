import { FAILURE } from '../process/exit-code.ts'
import type { Other, Refusal, Source, Unaccepted } from '../render/expansion.ts'
import type { Terminal } from './command.ts'
import { ReadingError, readManifests } from './manifest-files.ts'
import type { ReadingFlags } from './reading-flags.ts'

/** @returns what the command line names, or why it cannot be read */
export async function readAll(
  { filenames, recursive }: Pick<ReadingFlags, 'filenames' | 'recursive'>,
  { input }: Terminal,
): Promise<Source[] | ReadingError> {
  const sources: Source[] = []
  try {
    for (const name of filenames) sources.push(...(await readManifests(name, { recursive, input })))
  } catch (error) {
    if (error instanceof ReadingError) return error
    throw error
  }
  return sources
}

/** @returns the exit code */
export function fail(terminal: Terminal, lines: readonly string[]): number {
  terminal.error(`${lines.join('\n')}\n`)
  return FAILURE
}

/** A line for each. */
export function complaints(unaccepted: Unaccepted): string[] {
  if (unaccepted.kind === 'refused') return unaccepted.refusals.flatMap(refusalLines)
  const { source, fault } = unaccepted
  const { message, line, column } = fault
  return [line === undefined ? `${source}: ${message}` : `${source}:${line}:${column}: ${message}`]
}

function refusalLines({ source, subject, violations }: Refusal): string[] {
  return violations.map(({ path, message }) => `${source}: ${subject}: ${path}: ${message}`)
}

/** More are counted, not named. */
const NAMED = 5

/** Says which objects are of other kinds. */
export function skipped(others: readonly Other[]): string {
  return `Skipped, being no Mcrouter: ${listed(others.map(({ subject }) => subject))}`
}

export function listed(subjects: readonly string[]): string {
  const rest = subjects.length > NAMED ? ` and ${subjects.length - NAMED} more` : ''
  return `${subjects.slice(0, NAMED).join(', ')}${rest}`
}
