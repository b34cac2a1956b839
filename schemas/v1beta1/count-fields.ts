import Type from 'typebox'
import { POOL_SIZE } from '../pool-size.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import { DEFAULT_LAYOUT, type ReplicasOf } from './counts.ts'

// How many servers a pool has, as fields of its schema.

const SHARDS =
  'Parts into which the keys are divided. Going from N to M moves 1 - N/M of the keys (M the larger) to or from the last shards, the rest stay where they are. The pool has shards × copies servers, 1000 at most.'
const COPIES = `Servers that each part is on. With 2 or more, keys can be read and written while one of them is down; the pool holds as much as its shards do, and each write goes to every copy: more than 3 are seldom of use. Changing it beside more than one shard moves keys to other servers at once, as does a second shard beside copies: it is refused until the annotation ${CONSENT_ANNOTATION} repeats the change as the refusal prints it.`

/** Of every pool. */
export const COUNTS = {
  shards: Type.Integer({
    ...POOL_SIZE,
    default: DEFAULT_LAYOUT.shards,
    description: SHARDS,
  }),
  // v1alpha3 has replicated pools of every size.
  copies: Type.Integer({
    ...POOL_SIZE,
    default: DEFAULT_LAYOUT.copies,
    description: COPIES,
  }),
}

/** Of the main pool, in which the scale subresource reads and sets one number. */
export const COUNTS_OF_MAIN = {
  shards: Type.Integer({
    ...COUNTS.shards,
    'x-default-by': 'admission',
    description: `${SHARDS} Left out, it follows replicas where these count shards, and is 1 where replicasOf is Copies.`,
  }),
  copies: Type.Integer({
    ...COUNTS.copies,
    'x-default-by': 'admission',
    description: `${COPIES} Left out, it follows replicas where these count copies.`,
  }),
  replicas: Type.Optional(
    Type.Integer({
      ...POOL_SIZE,
      description:
        'What kubectl scale and autoscalers set: shards, or copies where replicasOf is Copies. It is filled in, follows when the other is changed, and wins when both are. Write either, not both; beside an autoscaler write neither. With external there is none.',
    }),
  ),
  replicasOf: Type.Optional(
    Type.Unsafe<ReplicasOf>({
      type: 'string',
      enum: ['Shards', 'Copies'],
      description:
        'What replicas counts: Copies of one shard, or Shards. Default: Copies where there is one shard with 2 copies or more, else Shards; a scale does not change it, and it is filled in where it would no longer follow. So it is what a single server becomes when it is scaled.',
    }),
  ),
}
