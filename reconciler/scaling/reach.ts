import type { Reach } from '../../render/rendering.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import type { Pod } from '../observe/pod.ts'
import type { NextStep } from './steps.ts'

/**
 * A step of a pool whose spec changes the port of its servers, or turns TLS on or off. All of them are reached in one way, as most of those
 * that run are until the first that is Ready is reached as the spec wants: one that does not start, for the want of its image or its
 * Secret, so costs no more than itself.
 *
 * @param spec of the pool; undefined where the spec no longer has it
 */
export function reachedAsRunning(
  next: NextStep,
  spec: Pick<Pool, 'port' | 'tls'> | undefined,
  servers: readonly Pod[],
): NextStep {
  if (spec === undefined) return next
  const wanted = { port: spec.port, tls: spec.tls !== undefined }
  const staying = servers.filter(({ deleting, running, ready }) => !deleting && (running || ready))
  // A container need not say on which port it listens.
  const reachOf = ({ port, tls }: Pod): Reach => ({ port: port || wanted.port, tls })
  const isWanted = (pod: Pod) => isSame(reachOf(pod), wanted)
  if (staying.some((pod) => pod.ready && isWanted(pod))) return next
  const others = staying.filter((pod) => !isWanted(pod))
  const ready = others.filter((pod) => pod.ready)
  const reach = mostFrequent((ready.length > 0 ? ready : others).map(reachOf))
  return reach === undefined ? next : { ...next, step: { ...next.step, reach } }
}

function mostFrequent(all: readonly Reach[]): Reach | undefined {
  const alike = Map.groupBy(all, ({ port, tls }) => `${port} ${tls}`)
  return [...alike.values()].toSorted((some, others) => others.length - some.length)[0]?.[0]
}

function isSame(one: Reach, other: Reach): boolean {
  return one.port === other.port && one.tls === other.tls
}
