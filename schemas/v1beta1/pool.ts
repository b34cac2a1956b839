import Type, { type Static } from 'typebox'
import { BINARY_SIZE, DURATION, HOST, IMAGE, POOL_NAME } from '../formats/patterns.ts'
import { type Images, LONGEST_IMAGE } from '../images.ts'
import { COUNTS, COUNTS_OF_MAIN } from './count-fields.ts'
import { podSchema } from './pod.ts'
import { PoolTls } from './tls.ts'
import { ZONES } from './zones.ts'

export function image(tier: keyof Images, description: string) {
  return Type.String({
    minLength: 1,
    maxLength: LONGEST_IMAGE,
    pattern: IMAGE,
    format: 'image',
    'x-allowed':
      'an image reference such as memcached:1.6-alpine or registry.example.com:5000/team/mcrouter:0.41',
    'x-default-image': tier,
    description,
  })
}

export function port(defaultPort: number, description: string) {
  return Type.Integer({
    minimum: 1024,
    maximum: 65_535,
    'x-allowed': 'from 1024 to 65535 (lower ports are for root, and nothing here runs as root)',
    default: defaultPort,
    description,
  })
}

export function args(description: string) {
  return Type.Array(
    Type.String({
      minLength: 1,
      maxLength: 256,
      'x-allowed': 'text of at most 256 characters',
      description: 'An argument.',
    }),
    { maxItems: 32, 'x-kubernetes-list-type': 'atomic', default: [], description },
  )
}

export function poolName(description: string) {
  return Type.String({
    minLength: 1,
    maxLength: 20,
    pattern: POOL_NAME,
    format: 'pool-name',
    'x-allowed': 'at most 20 lower-case letters, digits and "-", a letter first and no "-" last',
    description,
  })
}

/** How long a value lives that is kept for a while only. No default of the schema: one would make a gutter of every pool. */
function lifetime(description: string) {
  return Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 11,
      pattern: DURATION,
      format: 'lifetime',
      'x-allowed': 'whole seconds, from 1s to 720h, such as 60s or 1h',
      description,
    }),
  )
}

const SIZE = Type.String({
  minLength: 3,
  maxLength: 12,
  pattern: BINARY_SIZE,
})

const External = Type.Object(
  {
    host: Type.String({
      minLength: 1,
      maxLength: 253,
      pattern: HOST,
      format: 'host',
      'x-allowed': 'a DNS name or an IP address',
      description: 'DNS name or address. A name is looked up anew at each connection.',
    }),
    port: Type.Integer({
      minimum: 1,
      maximum: 65_535,
      default: 11_211,
      description: 'Port on which it listens.',
    }),
    tls: Type.Boolean({
      default: false,
      description:
        'Whether routers speak TLS to it, from router.release 40 on; whom they trust is said in router.tls.servers.',
    }),
  },
  { description: 'A server that others run.' },
)

const EACH_EMPTY = 'Changing it restarts the servers one by one, and each comes back empty.'

/** The fields of every pool. */
export const POOL = {
  ...COUNTS,
  ...ZONES,
  writes: Type.Unsafe<'Available' | 'Strict'>({
    type: 'string',
    enum: ['Available', 'Strict'],
    default: 'Available',
    description:
      'With 2 or more copies. Available: a write succeeds when every copy that can be reached has it. Strict: it fails while any copy cannot be reached, so that no copy misses a write.',
  }),
  onMiss: Type.Unsafe<'Miss' | 'AskCopies' | 'Refill'>({
    type: 'string',
    enum: ['Miss', 'AskCopies', 'Refill'],
    default: 'Miss',
    description:
      'With 2 or more copies: what a get does whose first copy does not have the key. Miss: it is a miss; after a restart the keys of that copy are. AskCopies: the other copies are asked as well, so that true misses cost a request to each, and a deleted key may come back for a moment after a restart. Refill: as AskCopies, and what is found is copied to the first for a minute; for caches without counters and cas alone, whose old values it can bring back.',
  }),
  memory: Type.Unsafe<string>({
    ...SIZE,
    format: 'memory',
    'x-allowed': 'a whole number of Mi, from 16Mi to 1Ti, such as 256Mi or 4Gi',
    default: '256Mi',
    description: `Memory for items in each server (memcached -m). Memory request and limit of the pods follow from it unless pod.resources sets them: a sixth more for the hash table, 56 MiB for the process and its pages, and 16 KiB for each connection. ${EACH_EMPTY}`,
  }),
  maxItemSize: Type.Unsafe<string>({
    ...SIZE,
    format: 'largest-item',
    'x-allowed': 'a multiple of 512Ki from 512Ki to 1Gi, such as 1Mi',
    default: '1Mi',
    description: `Largest item, key and value together (memcached -I); at most half of memory. Above 1Mi, a server that is full of smaller values refuses larger ones. ${EACH_EMPTY}`,
  }),
  maxConnections: Type.Integer({
    minimum: 64,
    maximum: 65_536,
    default: 1024,
    description: `Files that each server may have open (memcached -c), up to 32 of which are its own and the rest connections. Each proxy thread of each router keeps one: at least 32 and twice as many as there are. ${EACH_EMPTY}`,
  }),
  threads: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 4,
    description: `Worker threads of each server (memcached -t). ${EACH_EMPTY}`,
  }),
  port: port(
    11_211,
    'Port on which the servers listen. Changing it is an outage: the servers restart one by one, each comes back empty, and routers change for all of them with the first that is Ready.',
  ),
  image: image(
    'memcached',
    `Image of the servers: memcached 1.5 or 1.6. Default: that of the operator when the object is written; it is stored and does not change by itself. ${EACH_EMPTY}`,
  ),
  tls: Type.Optional(PoolTls),
  args: args(
    `Further options of memcached, such as "-R", "40" or "--disable-cas". Known ones are taken; what has a field, and what reaches files, sockets or users, is refused. ${EACH_EMPTY}`,
  ),
  minReadySeconds: Type.Integer({
    minimum: 0,
    maximum: 3600,
    default: 10,
    description:
      'Seconds that a server has to have been ready before the next one is restarted: each comes back empty, and fills up meanwhile.',
  }),
  external: Type.Array(External, {
    maxItems: 1000,
    'x-kubernetes-list-type': 'atomic',
    default: [],
    description:
      'Servers that others run, in place of servers of the operator: shards, copies, and what is said of processes and pods, are of no account then. Their order decides where keys are: append at the end, anything else needs the same consent as a change of copies. So does a change between these and servers of the operator, after which every key is looked for elsewhere.',
  }),
  gutter: Type.Optional(
    Type.Object(
      {
        pool: Type.Optional(
          poolName('Name of the pool that takes over. Default: one server that is made for it.'),
        ),
        ttl: lifetime('How long what is written there lives at most. Default: 60s.'),
      },
      {
        description:
          'What takes over from servers that do not answer, with 1 copy: with more, another copy does.',
      },
    ),
  ),
  warmUp: Type.Optional(
    Type.Object(
      {
        from: poolName('Name of the pool that is asked for keys that this one does not have yet.'),
        ttl: lifetime('How long what is copied from there lives. Default: 1h.'),
      },
      {
        description:
          'Moves from another pool to this one without an empty cache, both with 1 copy: a get that misses asks the other pool and copies what it finds.',
      },
    ),
  ),
  pod: Type.Optional(
    podSchema(
      'Requests and limits of each server. Defaults: a request of 100m CPU, no CPU limit, memory request and limit that follow from memory. A memory limit at which memcached would be killed before its cache is full is rejected.',
      `Pods of the servers. ${EACH_EMPTY}`,
    ),
  ),
}

export const MainPool = Type.Object(
  { ...POOL, ...COUNTS_OF_MAIN },
  { description: 'The pool named main: it has every key that no prefix sends elsewhere.' },
)
export type MainPool = Static<typeof MainPool>

export const FurtherPool = Type.Object(
  {
    name: poolName(
      'Name of the pool; a pool of another name is another pool, and the servers of the old one go.',
    ),
    ...POOL,
  },
  { description: 'A further pool, with the fields of memcached.' },
)
export type FurtherPool = Static<typeof FurtherPool>
