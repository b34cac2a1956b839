import { HASH_FUNCTIONS } from '../rules/hash.ts'
import { type Option, type Options, TAGS, TEXT, type ValueType, WEIGHTS } from '../value-type.ts'

const FUNCTION: ValueType = { kind: 'word', words: HASH_FUNCTIONS }

/** routes/HashRouteFactory.h:120-203 */
export const HASH_OPTIONS: Options = {
  hash_func: { type: FUNCTION, default: 'Ch3' },
  salt: { type: TEXT },
  weights: { type: WEIGHTS },
  tags: { type: TAGS },
}

/** Of a route over a pool. With one server mcrouter does not look at it, and refuses it when there are two. */
export const HASH: Option = {
  type: { kind: 'either', text: FUNCTION, object: { kind: 'members', options: HASH_OPTIONS } },
}
