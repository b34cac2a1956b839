import { quote } from '../../text/quote.ts'
import { bitsOf, MOST_SERVERS, SEED, walk } from '../hash/ch3.ts'
import { crc32 } from '../hash/crc32.ts'
import { murmur64 } from '../hash/murmur.ts'
import { rendezvous } from '../hash/rendezvous.ts'
import { weightedCh3 } from '../hash/weighted-ch3.ts'
import { ConfigError } from './config-error.ts'
import { hashedBytes } from './request.ts'
import type { Route } from './route.ts'

interface Chosen {
  readonly index: number
  readonly arithmetic: string
}

type HashFunction = (key: Buffer, servers: number, options: Readonly<Record<string, unknown>>) => Chosen

const FUNCTIONS: Readonly<Record<string, HashFunction>> = {
  Ch3: byCh3,
  Crc32: byCrc32,
  Rendezvous: byRendezvous,
  WeightedCh3: byWeightedCh3,
}

/**
 * Where a key goes among several (mcrouter/routes/HashRouteFactory.h).
 * @param among what these are, in words
 * @param options `hash_func`, `salt`, and what that function reads
 */
export function choose(
  among: string,
  children: readonly Route[],
  options: Readonly<Record<string, unknown>>,
): Route {
  const [first] = children
  if (first === undefined) {
    return () => ({ kind: 'error', message: `SERVER_ERROR HashRoute with empty children, name: ${among}` })
  }
  // mcrouter does not look at the function's name either.
  if (children.length === 1) return first
  const { hash_func: name = 'Ch3', salt } = options
  const hash = typeof name === 'string' && Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (hash === undefined) throw new ConfigError(`${among}: hash function ${quote(name)} is not followed here`)
  return (request) => {
    const key = hashedBytes(request, typeof salt === 'string' ? salt : '')
    const { index, arithmetic } = hash(key, children.length, options)
    const chosen = { function: String(name), hashed: key.toString('utf8'), of: children.length, index }
    return { kind: 'hash', among, ...chosen, arithmetic, next: (children[index] ?? first)(request) }
  }
}

function byCh3(key: Buffer, servers: number): Chosen {
  if (servers > MOST_SERVERS) throw new ConfigError(`Ch3 takes at most ${MOST_SERVERS} servers`)
  const { index, passed } = walk(bitsOf(key), servers)
  const before = passed.map((drawn) => `${drawn}, which none has, `).join('')
  const hash = murmur64(key, SEED).toString(16).padStart(16, '0')
  return { index, arithmetic: `the bits of its MurmurHash64A ${hash} draw ${before}${index}` }
}

function byCrc32(key: Buffer, servers: number): Chosen {
  const sum = crc32(key)
  return { index: sum % servers, arithmetic: `${sum} mod ${servers} = ${sum % servers}` }
}

function byRendezvous(key: Buffer, servers: number, { tags }: Readonly<Record<string, unknown>>): Chosen {
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  if (texts.length !== servers) throw new ConfigError(`Rendezvous needs ${servers} tags`)
  const index = rendezvous(key, texts)
  return { index, arithmetic: `${quote(texts[index])} of the tags has the highest score with it` }
}

function byWeightedCh3(key: Buffer, servers: number, { weights }: Readonly<Record<string, unknown>>): Chosen {
  const numbers = Array.isArray(weights) ? weights.map(Number) : []
  const tries = weightedCh3(key, servers, numbers)
  const index = tries.at(-1)?.index ?? 0
  const told = tries.map(
    (one) => `${quote(`${one.key}`)} to ${one.index}${one.taken ? '' : ', whose weight leaves it out'}`,
  )
  return { index, arithmetic: told.join('; ') }
}
