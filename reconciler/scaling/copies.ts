import type { Layout } from '../../schemas/layout.ts'
import { type Published, routedTo } from '../observe/published.ts'
import type { NextStep } from './steps.ts'

/**
 * A step of a pool of shards in copies, with the copies that its servers are in now where it waits for others: with more copies
 * the ordinals of nearly all shards change, and until the servers for them are there they are read as before.
 *
 * @param spec of the pool; undefined where the spec no longer has it
 * @param recorded digest of the configuration that the status has: what somebody else wrote into the ConfigMap is no layout of a
 *   pool whose spec has no shards in copies
 * @param lost its layout in the status, which counts where nothing is published any more
 */
export function keepingCopies(
  next: NextStep,
  name: string,
  spec: Layout | undefined,
  published: Published | undefined,
  recorded: string | undefined,
  lost?: Layout,
): NextStep {
  if (spec === undefined || next.wait?.for !== 'servers') return next
  const now = published === undefined ? lost : layoutIn(published, name)
  if (now === undefined) return next
  const isOurs = published === undefined || published.digest === recorded
  if (!isBoth(spec) && !(isBoth(now) && isOurs)) return next
  return { ...next, step: { ...next.step, copies: now.copies } }
}

function layoutIn(published: Published, pool: string): Layout {
  const { copies = {} } = published
  const held = (Object.hasOwn(copies, pool) ? copies[pool] : undefined) ?? 1
  return { shards: routedTo(published, pool) / held, copies: held }
}

/** Of a pool that has shards or copies, its size tells which is where. */
function isBoth({ shards, copies }: Layout): boolean {
  return Number.isInteger(shards) && shards > 1 && copies > 1
}
