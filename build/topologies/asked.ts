import type { Step } from '../../routing/explain/step.ts'

/** Why a server is asked: in any case, because the one before does not answer, or because it does not have the key. */
export type Reason = 'always' | 'error' | 'miss'

/** A server that a request may reach. */
export interface Asked {
  readonly server: string
  readonly reason: Reason
  /** 1 for the first; servers that are asked at once have the same. */
  readonly turn: number
}

/** Every server that an explained request may reach, each once, in the order of their turns. */
export function askedIn(step: Step): Asked[] {
  const asked = new Map<string, Asked>()
  for (const one of walk(step, 'always', 1)) {
    const known = asked.get(one.server)
    if (known === undefined || (known.reason !== 'always' && one.reason === 'always'))
      asked.set(one.server, one)
  }
  return [...asked.values()].toSorted((one, other) => one.turn - other.turn)
}

function walk(step: Step, reason: Reason, turn: number): Asked[] {
  switch (step.kind) {
    case 'server':
      return [{ server: step.server, reason, turn }]
    case 'hash':
    case 'policy':
    case 'changed':
      return walk(step.next, reason, turn)
    case 'all':
    case 'any':
      return step.steps.flatMap((one) => walk(one, reason, turn))
    case 'shadowed':
      return [step.next, ...step.shadows].flatMap((one) => walk(one, reason, turn))
    case 'failover':
      return inTurn(step.steps, step.after, reason, turn)
    case 'warm-up':
      return inTurn([step.cold, step.warm], 'miss', reason, turn)
    case 'miss':
    case 'error':
      return []
  }
}

function inTurn(steps: readonly Step[], after: Reason, reason: Reason, turn: number): Asked[] {
  const asked: Asked[] = []
  for (const step of steps) {
    const last = asked.reduce((most, one) => Math.max(most, one.turn), turn - 1)
    asked.push(...walk(step, asked.length === 0 ? reason : after, last + 1))
  }
  return asked
}

/** How many requests to servers one request makes while all of them answer: when the first that is asked has the key, or none. */
export function requestsOf(step: Step, found: boolean): number {
  const sum = (steps: readonly Step[]) => steps.reduce((total, one) => total + requestsOf(one, found), 0)
  switch (step.kind) {
    case 'server':
      return 1
    case 'hash':
    case 'policy':
    case 'changed':
      return requestsOf(step.next, found)
    case 'all':
      return sum(step.steps)
    case 'any':
      return sum(step.steps.slice(0, 1))
    case 'shadowed':
      return sum([step.next, ...step.shadows])
    case 'failover':
      return sum(step.after === 'miss' && !found ? step.steps : step.steps.slice(0, 1))
    case 'warm-up':
      return sum(found ? [step.cold] : [step.cold, step.warm])
    case 'miss':
    case 'error':
      return 0
  }
}
