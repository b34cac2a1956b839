import { childrenOf, type Definition } from './definition.ts'
import { isGetLike } from './request.ts'
import type { Route } from './route.ts'
import { type All, MISS } from './step.ts'

/** A handle over its children: without any it answers with a miss, and an only child takes its place. */
function several(definition: Definition, make: (children: readonly Route[]) => Route): Route {
  const children = childrenOf(definition)
  const [first] = children
  if (first === undefined) return () => MISS
  return children.length === 1 ? first : make(children)
}

export function allOf(answer: All['answer']): (definition: Definition) => Route {
  return (definition) => several(definition, (children) => all(children, answer))
}

/** Nobody waits for the reply, not even for that of an only child. */
export function allAsync(definition: Definition): Route {
  return all(childrenOf(definition), 'async')
}

function all(children: readonly Route[], answer: All['answer']): Route {
  return (request) => ({ kind: 'all', answer, steps: children.map((child) => child(request)) })
}

export function failover(definition: Definition): Route {
  return several(definition, (children) => (request) => ({
    kind: 'failover',
    after: 'error',
    steps: children.map((child) => child(request)),
  }))
}

/** @throws {ConfigError} when `normal` is not one handle */
export function failoverWithExptime({ routes, spec }: Definition): Route {
  const children = [routes.one(spec.normal), ...routes.list(spec.failover ?? [])]
  const exptime = typeof spec.failover_exptime === 'number' ? spec.failover_exptime : 60
  return (request) => ({
    kind: 'failover',
    after: 'error',
    ...(exptime > 0 && STORE.has(request.operation) ? { exptime } : {}),
    steps: children.map((child) => child(request)),
  })
}

const STORE = new Set([
  'set',
  'add',
  'replace',
  'append',
  'prepend',
  'cas',
  'touch',
  'gat',
  'gats',
  'lease-set',
])

/** Only what reads or deletes goes on after a miss, or at all (mcrouter/routes/MissFailoverRoute.h). */
export function missFailover(definition: Definition): Route {
  return several(definition, (children) => (request) => {
    const goesOn = isGetLike(request) || request.operation === 'delete'
    const [first = () => MISS] = children
    return goesOn
      ? { kind: 'failover', after: 'miss', steps: children.map((child) => child(request)) }
      : first(request)
  })
}

export function anyOf(definition: Definition): Route {
  return several(definition, (children) => (request) => ({
    kind: 'any',
    steps: children.map((child) => child(request)),
  }))
}
