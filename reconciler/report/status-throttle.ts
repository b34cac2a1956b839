import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../schemas/json.ts'
import { records } from '../observe/untyped.ts'

/** Milliseconds between two statuses that differ in counts and wording alone: those change with every pod that starts. */
const PACE_MS = 1_000
/** The same where a condition turns: the pods of a small pool become Ready within a moment of each other. */
const TURN_PACE_MS = 500

/** What follows from the pods one by one. */
const COUNTS: ReadonlySet<string> = new Set([
  'replicas',
  'readyServers',
  'readyRouters',
  'ready',
  'instances',
])

/**
 * Milliseconds until a change of the status is to be written; 0 for at once, as is what answers a change of the spec: the
 * generation, the configuration.
 *
 * @param before the status as it is stored
 * @param patch what changes in it
 * @param sinceMs since the last one was written
 */
export function pace(before: JsonObject, patch: JsonObject, sinceMs: number): number {
  const { conditions = before.conditions, ...rest } = patch
  if (Object.keys(rest).some((field) => !COUNTS.has(field))) return 0
  const turns = !isDeepStrictEqual(statements(conditions), statements(before.conditions))
  return Math.max(0, (turns ? TURN_PACE_MS : PACE_MS) - sinceMs)
}

function statements(conditions: unknown): unknown[] {
  return records(conditions).map(({ type, status, reason }) => [type, status, reason])
}
