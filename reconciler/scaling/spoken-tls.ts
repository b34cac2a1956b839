import type { Pool } from '../../schemas/mcrouter.ts'
import type { Pod } from '../observe/pod.ts'
import type { NextStep } from './steps.ts'

/**
 * A step of a pool whose spec turns TLS on or off. All of its servers are spoken to in one way, as those that run speak until the first
 * that is Ready speaks as the spec wants: one that does not start, for the want of its Secret, so costs no more than itself.
 *
 * @param spec of the pool; undefined where the spec no longer has it
 */
export function speakingAsRunning(
  next: NextStep,
  spec: Pick<Pool, 'tls'> | undefined,
  servers: readonly Pod[],
): NextStep {
  if (spec === undefined) return next
  const wanted = spec.tls !== undefined
  const staying = servers.filter(({ deleting }) => !deleting)
  if (staying.some(({ ready, tls }) => ready && tls === wanted)) return next
  const isOther = staying.some(({ running, tls }) => running && tls !== wanted)
  return isOther ? { ...next, step: { ...next.step, tls: !wanted } } : next
}
