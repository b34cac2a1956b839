import type { Request } from './audit-tail.ts'

/** How Mcrouters that were made at the same time came to their objects. */
export interface Growth {
  /** Milliseconds from the first of them stored until the last object of the last one was there. */
  readonly wallMs: number
  /** For each, milliseconds from itself stored until its last object was there. */
  readonly eachMs: readonly number[]
}

const OBJECTS = 7

/** Whether it stored a new object. */
export function isCreation({ code, subresource, dryRun }: Request): boolean {
  return code === 201 && subresource === '' && !dryRun
}

/**
 * Undefined while an object is still to come.
 *
 * @param made the creations of all of them
 */
export function growthIn(made: readonly Request[], count: number): Growth | undefined {
  const stored = new Map(
    made.filter(({ resource }) => resource === 'mcrouters').map(({ name, answeredAt }) => [name, answeredAt]),
  )
  const objects = made.filter(({ byReconciler, resource }) => byReconciler && resource !== 'events')
  const ends = new Map<string, number>()
  for (const { name, answeredAt } of objects) {
    const owner = name.replace(/-(memcached|config)$/, '')
    ends.set(owner, Math.max(ends.get(owner) ?? 0, answeredAt))
  }
  if (stored.size < count || objects.length < count * OBJECTS) return undefined
  return {
    wallMs: Math.max(...ends.values()) - Math.min(...stored.values()),
    eachMs: [...stored].map(([name, at]) => (ends.get(name) ?? Number.NaN) - at),
  }
}
