import Type, { type Static } from 'typebox'
import { KEY_PREFIX } from '../formats/patterns.ts'
import type { JsonObject } from '../json.ts'
import { Access } from './access.ts'
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
  config: Type.Optional(
    Type.Unsafe<JsonObject>({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      description:
        "mcrouter's own JSON, for routes that no other field can say: route or routes, named_handles, and pools of its own. It names the pools of the Mcrouter, main and those of pools, and the operator fills in their servers. It takes the place of prefixes, and of gutter, warmUp, writes and onMiss of all pools. It is held to mcrouter's language, without macros, imports and parameters; what mcrouter would ignore is refused.",
    }),
  ),
  router: Router,
  access: Type.Optional(Access),
  paused: Type.Boolean({
    default: false,
    description:
      'While true, the operator creates, changes and deletes nothing of the Mcrouter; what runs goes on running. Changes of the spec are judged as ever, and made once it is false again. A scale under way stays at the step that it has reached, at which no router is sent to a server that is not there. Deleting the Mcrouter deletes everything all the same.',
  }),
})
export type McrouterSpec = Static<typeof McrouterSpec>
