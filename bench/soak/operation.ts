import type { JsonObject } from '../../schemas/json.ts'
import type { Random } from '../../testing/random.ts'
import { INVALID, someFields } from './spec.ts'

/** Which Mcrouter. */
export interface Key {
  readonly namespace: string
  readonly name: string
}

/** What somebody does to the fleet. */
export type Operation =
  | { readonly kind: 'create'; readonly key: Key; readonly spec: JsonObject }
  | { readonly kind: 'change'; readonly key: Key; readonly patch: JsonObject }
  /** As `kubectl scale` does it. */
  | { readonly kind: 'scale'; readonly key: Key; readonly replicas: number }
  | { readonly kind: 'delete'; readonly key: Key }
  /** A change that must be refused. */
  | { readonly kind: 'spoil'; readonly key: Key; readonly patch: JsonObject }
  /** Deletes one of the objects that a Mcrouter expanded to; `choice` is from 0 up to, but not, 1. */
  | { readonly kind: 'meddle'; readonly key: Key; readonly choice: number }

/** How often each is chosen, of a hundred. Creation follows deletion: see {@link nextOperation}. */
const SHARES = [
  ['change', 48],
  ['scale', 22],
  ['delete', 10],
  ['spoil', 10],
  ['meddle', 10],
] as const

/** With so many missing, the next one is created. */
const MOST_MISSING = 0.03

/**
 * @param present Mcrouters that there are
 * @param absent those that there could be; neither list may be empty while the other is
 */
export function nextOperation(random: Random, present: readonly Key[], absent: readonly Key[]): Operation {
  const missing = absent.length / (present.length + absent.length)
  if (present.length === 0 || missing > MOST_MISSING) {
    return { kind: 'create', key: random.pick(absent), spec: someFields(random) }
  }
  const key = random.pick(present)
  switch (kindOf(random)) {
    case 'change':
      return { kind: 'change', key, patch: someFields(random) }
    case 'scale':
      return { kind: 'scale', key, replicas: random.integer(1, 4) }
    case 'delete':
      return { kind: 'delete', key }
    case 'spoil':
      return { kind: 'spoil', key, patch: random.pick(INVALID) }
    case 'meddle':
      return { kind: 'meddle', key, choice: random.next() }
  }
}

function kindOf(random: Random): (typeof SHARES)[number][0] {
  let left = random.integer(1, 100)
  for (const [kind, share] of SHARES) {
    if (left <= share) return kind
    left -= share
  }
  return 'change'
}
