import Type, { type Static } from 'typebox'
import type { FieldPath } from '../fields.ts'
import { MOST_ZONES } from '../mcrouter.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { CONDITIONS } from './conditions.ts'

const Condition = Type.Object(
  {
    type: Type.String({
      maxLength: 316,
      description: `${Object.keys(CONDITIONS).join(', ')}.`,
    }),
    status: Type.Unsafe<'True' | 'False' | 'Unknown'>({
      type: 'string',
      enum: ['True', 'False', 'Unknown'],
      description: 'True, False or Unknown.',
    }),
    observedGeneration: Type.Optional(
      Type.Integer({ minimum: 0, description: 'metadata.generation that the condition describes.' }),
    ),
    lastTransitionTime: Type.String({
      format: 'date-time',
      maxLength: 64,
      description: 'When the status last changed from one value to another.',
    }),
    reason: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'Why, in one word for programs; the reference documentation lists them all.',
    }),
    message: Type.String({ maxLength: 32_768, description: 'Why, in a sentence for people.' }),
  },
  { description: 'One aspect of the state.' },
)

const count = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, description }))

/** "2/3" */
const ratio = (description: string) => Type.Optional(Type.String({ maxLength: 16, description }))

/** More servers than that are counted, not listed: a thousand of them make 100 KB, written anew with every change. */
export const LISTED_SERVERS = 100
/** How many instances of a tier are listed, and how many servers of one that suspects them. */
export const INSTANCES = 20
export const SUSPECTS = 10

export type InstanceState = 'Answering' | 'Silent' | 'Full' | 'Unknown'

const name = Type.String({ maxLength: 253, description: 'Name of the pod.' })
const state = Type.Unsafe<InstanceState>({
  type: 'string',
  enum: ['Answering', 'Silent', 'Full', 'Unknown'],
  description:
    'Answering; Silent: it accepts connections and does not answer; Full: it has no or few connections left; Unknown: it could not be asked yet, or not be reached.',
})

function instances(fieldPath: FieldPath) {
  return Type.Object(
    {
      servers: Type.Array(
        Type.Object(
          {
            name,
            state,
            suspectedBy: count(
              'Routers that hold it for dead. One notices only with requests for it: without traffic, see the state.',
            ),
          },
          { description: 'A memcached server.' },
        ),
        { maxItems: INSTANCES, 'x-kubernetes-list-type': 'atomic', description: 'memcached servers.' },
      ),
      routers: Type.Array(
        Type.Object(
          {
            name,
            state,
            version: Type.Optional(
              Type.String({
                maxLength: 80,
                description: `What it says that it is: see ${fieldPath('routers.release')}.`,
              }),
            ),
            suspects: Type.Optional(
              Type.Array(
                Type.String({ maxLength: 253, description: 'A server, as the configuration names it.' }),
                {
                  maxItems: SUSPECTS,
                  'x-kubernetes-list-type': 'atomic',
                  description: 'Servers that it holds for dead (TKO): it answers for them with errors.',
                },
              ),
            ),
          },
          { description: 'A router.' },
        ),
        { maxItems: INSTANCES, 'x-kubernetes-list-type': 'atomic', description: 'Routers.' },
      ),
    },
    {
      description: `What the pods that are ready said when they were asked, within the last 30 seconds; the first ${INSTANCES} of each kind, those with which something is wrong before the others. Not there with reconciler.confirmRouters=false.`,
    },
  )
}

/** What the reconciler has seen; written by it alone. */
export function mcrouterStatus(fieldPath: FieldPath) {
  return Type.Object({
    observedGeneration: Type.Optional(
      Type.Integer({
        minimum: -1,
        // Programs that wait for an object take one without it for up to date (kstatus, checkGeneration).
        default: -1,
        description: 'metadata.generation of the spec that this status describes; -1 until it describes any.',
      }),
    ),
    conditions: Type.Optional(
      Type.Array(Condition, {
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
        description:
          'Accepted, ConfigApplied, Available, Progressing and Degraded; Running, as the Ansible operator reported it; and Ready, Reconciling and Stalled, which sum the others up for programs that wait.',
      }),
    ),
    endpoint: Type.Optional(
      Type.String({ maxLength: 512, description: 'host:port of the router Service: where clients connect.' }),
    ),
    servers: Type.Optional(
      Type.Array(Type.String({ maxLength: 512 }), {
        maxItems: LISTED_SERVERS,
        'x-kubernetes-list-type': 'atomic',
        description: `host:port of the memcached servers in the order of mcrouter's pool, ordinal 0 first; no more than the first ${LISTED_SERVERS}.`,
      }),
    ),
    routedServers: count('memcached servers that routers use, all of them.'),
    pools: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ maxLength: 63, description: 'Name of the pool.' }),
            routedServers: count('Its servers that routers use.'),
            copies: count('In how many copies those are.'),
            zones: Type.Optional(
              Type.Array(
                Type.String({ maxLength: 63, description: 'Value of topology.kubernetes.io/zone.' }),
                {
                  maxItems: MOST_ZONES,
                  'x-kubernetes-list-type': 'atomic',
                  description: 'The zone of each of those copies, where they are in zones.',
                },
              ),
            ),
            external: Type.Optional(
              Type.Array(Type.String({ maxLength: 512, description: 'host:port of one.' }), {
                maxItems: POOL_SIZE.maximum,
                'x-kubernetes-list-type': 'atomic',
                description:
                  'In place of those, the servers of others that routers use, as their configuration has them.',
              }),
            ),
          },
          { description: 'A pool.' },
        ),
        {
          maxItems: 64,
          'x-kubernetes-list-type': 'atomic',
          description: 'Pools that routers use; what the operator goes by while their configuration is lost.',
        },
      ),
    ),
    replicas: count(
      'memcached servers of the main pool that exist; where a scale counts shards and each has several copies, the shards of which each copy exists. Read by kubectl scale and autoscalers.',
    ),
    readyServers: count('memcached servers that are ready.'),
    readyRouters: count('Routers that are ready.'),
    ready: Type.Optional(
      Type.Object(
        {
          servers: ratio('Ready and wanted memcached servers, such as 2/3.'),
          routers: ratio('Ready and wanted routers, such as 2/2.'),
        },
        { description: 'The same counts beside what is wanted, for people.' },
      ),
    ),
    config: Type.Optional(
      Type.Object(
        {
          digest: Type.Optional(
            Type.String({
              maxLength: 64,
              description:
                "md5 of mcrouter's configuration; a router that runs it answers the same to get __mcrouter__.config_md5_digest.",
            }),
          ),
          routers: ratio('Routers that confirmed the digest, of those that are ready, such as 2/2.'),
          since: Type.Optional(
            Type.String({
              format: 'date-time',
              maxLength: 64,
              description: 'When the last of them confirmed it.',
            }),
          ),
        },
        { description: "mcrouter's configuration." },
      ),
    ),
    operator: Type.Optional(
      Type.String({
        maxLength: 512,
        description: 'Namespace and name of the installation of mcrouter-operator that looks after it.',
      }),
    ),
    instances: Type.Optional(instances(fieldPath)),
    selector: Type.Optional(
      Type.String({
        maxLength: 4096,
        description:
          'Label selector of as many memcached pods as replicas counts: those of the main pool, or one of each shard. Read by autoscalers through the scale subresource.',
      }),
    ),
  })
}
export type McrouterStatus = Static<ReturnType<typeof mcrouterStatus>>
