import Type, { type Static } from 'typebox'
import { PullSecret, resourcesSchema, TolerationSpec } from '../../schemas/pod.ts'

const described = (of: string) => ({ description: `${of}.` })
const integer = (of: string, minimum: number, maximum: number, value: number) =>
  Type.Integer({ minimum, maximum, default: value, ...described(of) })
const text = (of: string, value: string) => Type.String({ maxLength: 512, default: value, ...described(of) })

/** A pool as it is written here: sizes have their unit. */
const POOL = {
  image: text('Image', 'memcached:1.6-alpine'),
  port: integer('Port', 1024, 65_535, 11_211),
  shards: integer('Servers', 1, 1000, 2),
  memory: Type.String({ pattern: '^[0-9]+Mi$', maxLength: 16, default: '256Mi', ...described('Memory') }),
  maxItemSize: Type.Optional(
    Type.String({ pattern: '^[0-9]+([KM]i?)?$', maxLength: 16, ...described('Largest item') }),
  ),
  maxConnections: integer('Connections', 64, 65_536, 1024),
  resources: Type.Optional(resourcesSchema('Resources.')),
}
export const MainPool = Type.Object(POOL, described('The main pool'))
export type MainPool = Static<typeof MainPool>

/** The spec of a version that is none of the product's. */
export const FakeSpec = Type.Object({
  layout: Type.Unsafe<'replicated' | 'sharded'>({
    type: 'string',
    enum: ['replicated', 'sharded'],
    default: 'replicated',
    description: 'Layout.',
  }),
  memcached: MainPool,
  pools: Type.Optional(
    Type.Array(
      Type.Object(
        { ...POOL, name: Type.String({ maxLength: 20, ...described('Name') }) },
        described('A pool'),
      ),
      { maxItems: 16, ...described('Further pools') },
    ),
  ),
  router: Type.Object(
    {
      image: text('Image', 'example.com/mcrouter:1'),
      port: integer('Port', 1024, 65_535, 5000),
      replicas: integer('Routers', 1, 100, 2),
      release: Type.Unsafe<'37' | '40' | '41' | 'current'>({
        type: 'string',
        enum: ['37', '40', '41', 'current'],
        default: 'current',
        ...described('Release'),
      }),
      resources: Type.Optional(resourcesSchema('Resources.')),
      debugFifoRoot: text('Fifos', ''),
    },
    described('The routers'),
  ),
  pod: Type.Object(
    {
      imagePullSecrets: Type.Array(PullSecret, { maxItems: 16, default: [], ...described('Secrets') }),
      nodeSelector: Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string', maxLength: 63 },
        maxProperties: 32,
        default: {},
        ...described('Labels of nodes'),
      }),
      tolerations: Type.Array(TolerationSpec, { maxItems: 32, default: [], ...described('Tolerations') }),
    },
    described('Every pod'),
  ),
})
export type FakeSpec = Static<typeof FakeSpec>
