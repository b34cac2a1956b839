import { setTimeout as delay } from 'node:timers/promises'

export interface Deadline {
  /** Milliseconds until it is given up; 120,000 by default: a machine may be busy, and only a failure waits so long. */
  readonly withinMs?: number
  /** Milliseconds between two looks; 50 by default. */
  readonly everyMs?: number
}

/**
 * Looks again and again until `look` gives something other than undefined or false, and resolves to that. A look
 * that throws counts as not yet. Rejects at the deadline, saying what was awaited and what the last error was.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 120_000, everyMs = 50 }: Deadline = {},
): Promise<T> {
  const end = performance.now() + withinMs
  let last: unknown
  for (;;) {
    try {
      const value = await look()
      if (value !== undefined && value !== false) return value
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= end) {
      throw new Error(`not within ${withinMs} ms: ${what}`, last === undefined ? {} : { cause: last })
    }
    await delay(everyMs)
  }
}
