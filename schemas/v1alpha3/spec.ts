import Type, { type Static } from 'typebox'
import { RELEASE_37_IMAGE } from '../formats/image.ts'
import { IMAGE, ITEM_SIZE, PATH } from '../formats/patterns.ts'
import { labelsSchema, pullSecretsSchema, resourcesSchema, tolerationsSchema } from '../pod.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { TOPOLOGIES } from '../topologies.ts'
import { GROUP } from '../well-known.ts'

export const VERSION = 'v1alpha3'
export const API_VERSION = `${GROUP}/${VERSION}`

function image(defaultImage: string, description: string) {
  return Type.String({
    minLength: 1,
    maxLength: 512,
    pattern: IMAGE,
    format: 'image',
    'x-allowed':
      'an image reference such as memcached:1.6-alpine or registry.example.com:5000/team/mcrouter:0.41',
    default: defaultImage,
    description,
  })
}

function port(defaultPort: number, description: string) {
  return Type.Integer({
    minimum: 1024,
    maximum: 65_535,
    'x-allowed': 'from 1024 to 65535 (lower ports are for root, and nothing here runs as root)',
    default: defaultPort,
    description,
  })
}

/** The fields that always have a value: the seven of the Ansible operator with its defaults, and those added since. */
const SETTINGS = {
  mcrouter_image: image(
    RELEASE_37_IMAGE,
    'Image of the routers. Its mcrouter must be of the release in mcrouter_release. Pin a tag or digest in production: otherwise a new router pod may run a different version from the others.',
  ),
  mcrouter_port: port(
    5000,
    'Port of the routers and of their Service: clients connect to status.endpoint. Changing it restarts the routers and breaks clients that use the old port.',
  ),
  mcrouter_replicas: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 2,
    description:
      'Number of routers. All are alike and hold no data; with two or more, one can fail or be replaced and clients only reconnect.',
  }),
  mcrouter_release: Type.Unsafe<'37' | '40' | '41' | 'current'>({
    type: 'string',
    enum: ['37', '40', '41', 'current'],
    default: '37',
    description:
      'Release of mcrouter in mcrouter_image, in quotes; current is any build since 2020. It decides which operations and options the configuration may use: older routers refuse the configuration of too new a release. From 40 on, gat and gats are routed.',
  }),
  memcached_image: image(
    'memcached:1.5-alpine',
    'Image of the memcached servers. Changing it restarts them one by one, and each comes back empty.',
  ),
  memcached_pool_size: Type.Integer({
    ...POOL_SIZE,
    default: 2,
    description:
      'Number of memcached servers; kubectl scale sets it. Going from N to M servers moves 1 - N/M of the keys (M the larger) to or from the last servers, the rest stay where they are. With pool_setup replicated, one server is accepted with a warning: there is no second copy.',
  }),
  memcached_port: port(
    11_211,
    'Port on which the memcached servers listen. Changing it is an outage: the servers restart one by one, each comes back empty, and routers change for all of them with the first that is Ready; until the others have restarted, requests for their keys fail.',
  ),
  memcached_memory_mb: Type.Integer({
    minimum: 16,
    maximum: 1_048_576,
    'x-unit': 'MiB',
    default: 256,
    description:
      'Memory for items in each server, in MiB (memcached -m). Memory request and limit of the pods follow from it unless memcached_resources sets them: a sixth more for the hash table, 56 MiB for the process and its pages, and 16 KiB for each connection. Changing it restarts the servers one by one, and each comes back empty.',
  }),
  memcached_max_connections: Type.Integer({
    minimum: 64,
    maximum: 65_536,
    default: 1024,
    description:
      'Files that each server may have open (memcached -c), up to 32 of which are its own and the rest connections. Each proxy thread of each router keeps one: at least 32 and twice as many as there are, old and new routers together during a rollout. Changing it restarts the servers one by one, and each comes back empty.',
  }),
  pool_setup: Type.Unsafe<'replicated' | 'sharded'>({
    type: 'string',
    enum: ['replicated', 'sharded'],
    default: 'replicated',
    description: `replicated: ${TOPOLOGIES.replicated.description}. sharded: ${TOPOLOGIES.sharded.description}. Changing it moves no key. To sharded: ${TOPOLOGIES.sharded.change}. To replicated: ${TOPOLOGIES.replicated.change}.`,
  }),
  debug_fifo_root: Type.String({
    maxLength: 255,
    pattern: PATH,
    format: 'fifo-root',
    'x-allowed': 'empty, or an absolute path of its own such as /var/mcrouter/fifos',
    default: '',
    description:
      "Directory in the router pods for mcpiper's debug fifos, such as /var/mcrouter/fifos; an in-memory volume is mounted there. Empty: no fifos. It must be a path that the image does not use: that directory would be hidden.",
  }),
}

/** The fields that may be left out. */
const CHOICES = {
  memcached_max_item_size: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 11,
      pattern: ITEM_SIZE,
      format: 'item-size',
      'x-allowed': 'a multiple of 512k from 512k to 1024m, such as 1m or 32m',
      description:
        'Largest item, key and value together (memcached -I): bytes, or a number of KiB with k or MiB with m; a multiple of 512k, at most half of memcached_memory_mb. Default: 32m, or half of memcached_memory_mb where that is less. Once a server is full of smaller values it refuses those above 1 MiB, whatever is set here. Routers wait for a server as long as four such items take at 1 Gbit/s, 0.5 to 5 s (1.4 s for 32m), and three times that until one that hangs is left out: with small values, 1m notices sooner. Changing it restarts the servers one by one, and each comes back empty.',
    }),
  ),
  mcrouter_resources: Type.Optional(
    resourcesSchema(
      'Requests and limits of each router. Defaults: requests of 100m CPU and 128Mi memory, a memory limit of 512Mi, no CPU limit; defaults never put a request above its limit. One proxy thread runs for each CPU of the limit, or else of the request, rounded up.',
    ),
  ),
  memcached_resources: Type.Optional(
    resourcesSchema(
      'Requests and limits of each memcached server. Defaults: a request of 100m CPU, no CPU limit, memory request and limit that follow from memcached_memory_mb (371Mi for 256). A memory limit at which memcached would be killed before its cache is full is rejected.',
    ),
  ),
  image_pull_secrets: Type.Optional(
    pullSecretsSchema('Secrets for pulling both images from a private registry.'),
  ),
  node_selector: Type.Optional(
    labelsSchema(
      'Labels that a node must have for the pods of both tiers, such as kubernetes.io/arch: amd64.',
      32,
    ),
  ),
  tolerations: Type.Optional(tolerationsSchema('Node taints that the pods of both tiers tolerate.')),
}

/** A spec as it is after normalising and defaulting; what it holds beside these fields is kept and ignored. */
export const McrouterSpec = Type.Object({ ...SETTINGS, ...CHOICES })
export type McrouterSpec = Static<typeof McrouterSpec>
