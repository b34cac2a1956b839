import Type, { type Static } from 'typebox'
import { KEY_PREFIX } from '../formats/patterns.ts'
import { FurtherPool, MainPool, poolName } from './pool.ts'
import { Router } from './router.ts'

export const VERSION = 'v1beta1'

const Prefix = Type.Object(
  {
    prefix: Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: KEY_PREFIX,
      'x-allowed': 'what a key can begin with: up to 128 printable ASCII characters, no spaces',
      description: 'What the keys begin with, such as "user:".',
    }),
    pool: poolName('Name of the pool that has them.'),
  },
  { description: 'Keys that are in a pool of their own.' },
)

/** A spec as it is after defaulting; what it holds beside these fields is kept and ignored. */
export const McrouterSpec = Type.Object({
  memcached: MainPool,
  pools: Type.Array(FurtherPool, {
    maxItems: 16,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    default: [],
    description: 'Further pools: for keys with a prefix, as a gutter, or to warm up from.',
  }),
  prefixes: Type.Array(Prefix, {
    maxItems: 64,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['prefix'],
    default: [],
    description:
      'Which pool has the keys that begin so; the longest prefix wins, all other keys are in the pool main.',
  }),
  router: Router,
})
export type McrouterSpec = Static<typeof McrouterSpec>
