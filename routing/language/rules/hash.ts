import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { quote } from '../../../text/quote.ts'
import type { ReleaseSpan } from '../release-span.ts'
import type { Written } from '../route-handle-type.ts'

/** routes/HashRouteFactory.h:154-203 */
export const HASH_FUNCTIONS: Readonly<Record<string, ReleaseSpan>> = {
  Ch3: {},
  WeightedCh3: {},
  Crc32: {},
  Rendezvous: {},
  WeightedRendezvous: { since: 'current' },
  ConstShard: {},
  Latest: {},
  LoadBalancer: { since: '40' },
  WeightedCh4: { since: '40', until: '41' },
}

const WEIGHTED = ['WeightedCh3', 'WeightedCh4', 'WeightedRendezvous', 'Latest']
const TAGGED = ['Rendezvous', 'WeightedRendezvous']

/** Of a HashRoute, which has its hash among its own options. */
export function hashRule(handle: Written): void {
  judgeHash(handle, handle.options, handle.options, handle.led('children')?.count, [])
}

/** Of a PoolRoute: what its pool says, and above it what the option `hash` says (McRouteHandleProvider-inl.h:693-716). */
export function poolHashRule(handle: Written): void {
  const { pool, options } = handle
  const { hash } = options
  const own = isJsonObject(hash) ? hash : hash === undefined ? {} : { hash_func: hash }
  const { weights, tags } = pool?.options ?? {}
  const inherited = {
    ...(weights === undefined ? {} : { hash_func: 'WeightedCh3', weights }),
    ...(tags === undefined ? {} : { tags }),
  }
  judgeHash(handle, own, { ...inherited, ...own }, pool?.size, ['hash'])
}

/**
 * @param own what is written at the place
 * @param all with what its pool says
 */
function judgeHash(
  handle: Written,
  { weights, tags }: JsonObject,
  all: JsonObject,
  size: number | undefined,
  at: readonly string[],
): void {
  const { hash_func: name = 'Ch3' } = all
  if (typeof name !== 'string') return
  const needsWeights = WEIGHTED.includes(name) && name !== 'Latest'
  if (needsWeights && all.weights === undefined) missing(handle, at, name, 'weights')
  if (TAGGED.includes(name) && all.tags === undefined) missing(handle, at, name, 'tags')
  const idle = `has no effect with hash function ${quote(name)}`
  if (weights !== undefined && !WEIGHTED.includes(name)) {
    handle.complain([...at, 'weights'], 'FieldValueForbidden', `Forbidden: ${idle}, only with WeightedCh3`)
  }
  if (tags !== undefined && !TAGGED.includes(name)) {
    handle.complain([...at, 'tags'], 'FieldValueForbidden', `Forbidden: ${idle}, only with Rendezvous`)
  }
  judgeWeights(handle, weights, size, [...at, 'weights'])
  judgeLength(handle, tags, size, [...at, 'tags'])
  if (name === 'Crc32') {
    handle.warn(
      'Crc32 moves nearly all keys to other servers when a pool grows or shrinks; Ch3 moves as few as can be',
    )
  }
}

function missing(handle: Written, at: readonly string[], name: string, option: string): void {
  handle.complain(
    [...at, option],
    'FieldValueRequired',
    `Required value: hash function ${name} needs ${option}`,
  )
}

/** One for each; mcrouter takes 0.5 for a missing one, and ignores those above (lib/WeightedChHashFuncBase.cpp:18-49). */
export function judgeWeights(
  handle: Pick<Written, 'complain'>,
  weights: unknown,
  size: number | undefined,
  at: readonly string[],
): void {
  judgeLength(handle, weights, size, at)
  if (!Array.isArray(weights) || weights.length === 0 || weights.some((weight) => weight !== 0)) return
  handle.complain(at, 'FieldValueInvalid', 'Invalid value: all weights are 0: at least one must be greater')
}

export function judgeLength(
  handle: Pick<Written, 'complain'>,
  list: unknown,
  size: number | undefined,
  at: readonly string[],
): void {
  if (!Array.isArray(list) || size === undefined || list.length === size) return
  const message = `Invalid value: ${quote(list)}: must have ${size}, one for each server or child`
  handle.complain(at, 'FieldValueInvalid', message)
}
