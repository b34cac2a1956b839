import type { Step } from './step.ts'

/**
 * The servers that a request reaches while all of them work and none has the key, in the order in which it does: what a router
 * answers to `get __mcrouter__.route(op,key)`.
 */
export function destinations(step: Step): string[] {
  switch (step.kind) {
    case 'server':
      return [step.server]
    case 'hash':
    case 'policy':
    case 'changed':
      return destinations(step.next)
    case 'failover':
      return step.after === 'miss' ? step.steps.flatMap(destinations) : untilNoFailure(step.steps)
    case 'all':
    case 'any':
      return step.steps.flatMap(destinations)
    case 'warm-up':
      return [...destinations(step.cold), ...destinations(step.warm)]
    case 'shadowed':
      return [...destinations(step.next), ...step.shadows.flatMap(destinations)]
    case 'miss':
    case 'error':
      return []
  }
}

function untilNoFailure(steps: readonly Step[]): string[] {
  const first = steps.findIndex((step) => step.kind !== 'error')
  return steps.slice(0, first === -1 ? steps.length : first + 1).flatMap(destinations)
}
