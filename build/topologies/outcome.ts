import { type ClientOperation, isGetLike } from '../../routing/explain/request.ts'
import type { All, Step } from '../../routing/explain/step.ts'

/** What a client reads; `hit` and `miss` of what reads, and `error` for any SERVER_ERROR. */
export type Outcome =
  | 'hit'
  | 'miss'
  | 'error'
  | 'STORED'
  | 'NOT_STORED'
  | 'DELETED'
  | 'NOT_FOUND'
  | 'the number'

/** How things stand with the servers. */
export interface State {
  readonly dead: ReadonlySet<string>
  /** Those that have the key, if they live. */
  readonly having: ReadonlySet<string>
}

/** As mcrouter orders them when one reply stands for several (mcrouter/lib/mc/msg.h). */
const SEVERITY: Readonly<Record<Outcome, number>> = {
  hit: 1,
  STORED: 1,
  DELETED: 1,
  'the number': 1,
  miss: 4,
  NOT_FOUND: 4,
  NOT_STORED: 4,
  error: 5,
}

/** What an explained request is answered with, by the rules that `Step` says. */
export function outcomeOf(operation: ClientOperation, step: Step, { dead, having }: State): Outcome {
  return follow(operation, step, { dead, having: new Set(having) })
}

/** Some servers are asked twice by one request, and then no longer have what it has deleted. */
interface Course extends State {
  readonly having: Set<string>
}

function follow(operation: ClientOperation, step: Step, course: Course): Outcome {
  const of = (one: Step) => follow(operation, one, course)
  switch (step.kind) {
    case 'server':
      return ofServer(operation, step.server, course)
    case 'hash':
    case 'policy':
    case 'changed':
    case 'shadowed':
      return of(step.next)
    case 'all':
      return ofAll(step.answer, step.steps.map(of))
    case 'any':
      return of(step.steps[0] ?? { kind: 'miss' })
    case 'failover':
      return ofTurns(step.steps, step.after, of)
    case 'warm-up':
      return of(step.cold) === 'hit' ? 'hit' : follow('get', step.warm, course)
    case 'miss':
      return isGetLike({ operation }) ? 'miss' : 'NOT_STORED'
    case 'error':
      return 'error'
  }
}

function ofServer(operation: ClientOperation, server: string, { dead, having }: Course): Outcome {
  if (dead.has(server)) return 'error'
  const has = having.has(server)
  if (isGetLike({ operation })) return has ? 'hit' : 'miss'
  if (operation === 'set') return 'STORED'
  if (operation === 'add') return has ? 'NOT_STORED' : 'STORED'
  if (operation === 'delete') return having.delete(server) ? 'DELETED' : 'NOT_FOUND'
  if (operation === 'incr' || operation === 'decr') return has ? 'the number' : 'NOT_FOUND'
  return has ? 'STORED' : 'NOT_STORED'
}

/** The first that is good enough; of what is not, the last, or the best after misses. */
function ofTurns(steps: readonly Step[], after: 'error' | 'miss', of: (step: Step) => Outcome): Outcome {
  const bound = after === 'miss' ? SEVERITY.miss : SEVERITY.error
  const outcomes: Outcome[] = []
  for (const step of steps) {
    const outcome = of(step)
    if (SEVERITY[outcome] < bound) return outcome
    outcomes.push(outcome)
  }
  return after === 'miss' ? leastOf(outcomes) : (outcomes.at(-1) ?? 'error')
}

function ofAll(answer: All['answer'], outcomes: readonly Outcome[]): Outcome {
  switch (answer) {
    case 'worst':
      return outcomes.reduce((worst, one) => (SEVERITY[one] > SEVERITY[worst] ? one : worst))
    case 'fastest':
      return leastOf(outcomes)
    case 'majority':
      return mostOf(outcomes)
    case 'initial':
    case 'async':
      return outcomes[0] ?? 'error'
  }
}

function leastOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((least, one) => (SEVERITY[one] < SEVERITY[least] ? one : least))
}

/** The most frequent, and of two equally frequent ones the worse. */
function mostOf(outcomes: readonly Outcome[]): Outcome {
  const times = (one: Outcome) => outcomes.filter((other) => other === one).length
  return outcomes.reduce((most, one) => {
    const more = times(one) - times(most)
    return more > 0 || (more === 0 && SEVERITY[one] > SEVERITY[most]) ? one : most
  })
}
