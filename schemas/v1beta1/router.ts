import Type, { type Static } from 'typebox'
import { DURATION, LABEL_KEY, PATH } from '../formats/patterns.ts'
import { annotationsSchema, labelsSchema } from '../pod.ts'
import { podSchema } from './pod.ts'
import { args, image, port } from './pool.ts'
import { ROUTER_NUMBER } from './router-number.ts'
import { Tls } from './tls.ts'

const RESTARTS = 'Changing it replaces the routers one by one.'

const timeout = {
  minLength: 2,
  maxLength: 11,
  pattern: DURATION,
  format: 'timeout',
  'x-allowed': 'from 10ms to 60s, such as 500ms',
}

const Timeouts = Type.Object(
  {
    server: Type.Optional(
      Type.String({
        ...timeout,
        description:
          'How long a server may take to answer. Default: as long as four of its largest items take at 1 Gbit/s, from 500ms to 5s.',
      }),
    ),
    connect: Type.String({
      ...timeout,
      default: '200ms',
      description: 'How long a connection to a server may take to be made; from release 40 on.',
    }),
    untilDown: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 3,
      description: 'After so many timeouts in a row a server is left out, until it answers a probe.',
    }),
  },
  { description: 'When a server counts as dead.' },
)

const Service = Type.Object(
  {
    type: Type.Unsafe<'ClusterIP' | 'NodePort' | 'LoadBalancer'>({
      type: 'string',
      enum: ['ClusterIP', 'NodePort', 'LoadBalancer'],
      default: 'ClusterIP',
      description:
        'How clients reach the routers. NodePort and LoadBalancer open them to others than the pods of the cluster: mcrouter asks nobody for a password.',
    }),
    annotations: Type.Optional(
      annotationsSchema('Annotations of the Service, such as those of a load balancer.', 32),
    ),
    labels: Type.Optional(labelsSchema('Labels of the Service beside those of the operator.', 16)),
    ipFamilyPolicy: Type.Optional(
      Type.Unsafe<'SingleStack' | 'PreferDualStack' | 'RequireDualStack'>({
        type: 'string',
        enum: ['SingleStack', 'PreferDualStack', 'RequireDualStack'],
        description: 'IPv4, IPv6 or both. Default: that of the cluster.',
      }),
    ),
    loadBalancerClass: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 317,
        pattern: LABEL_KEY,
        format: 'label-key',
        'x-allowed': 'a name such as example.com/internal',
        description: 'Only with type LoadBalancer: who provides it. It cannot be changed.',
      }),
    ),
    externalTrafficPolicy: Type.Optional(
      Type.Unsafe<'Cluster' | 'Local'>({
        type: 'string',
        enum: ['Cluster', 'Local'],
        description:
          'Not with type ClusterIP. Local keeps the address of the client and answers on nodes with a router only.',
      }),
    ),
  },
  { description: 'The Service of the routers.' },
)

export const Router = Type.Object(
  {
    ...ROUTER_NUMBER,
    image: image(
      'mcrouter',
      `Image of the routers. Its mcrouter must be of the release below. Default: that of the operator when the object is written; it is stored and does not change by itself. ${RESTARTS}`,
    ),
    release: Type.Unsafe<'37' | '40' | '41' | 'current'>({
      type: 'string',
      enum: ['37', '40', '41', 'current'],
      default: 'current',
      description:
        'Release of mcrouter in image, in quotes; current is any build since 2020. It decides which operations and options the configuration may use: older routers refuse the configuration of too new a release.',
    }),
    port: port(
      5000,
      'Port of the routers and of their Service: clients connect to status.endpoint. Changing it restarts the routers and breaks clients that use the old port.',
    ),
    threads: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description: `Proxy threads of each router. Default: one for each CPU of the limit, or else of the request, rounded up. ${RESTARTS}`,
      }),
    ),
    maxConnections: Type.Integer({
      minimum: 64,
      maximum: 1_000_000,
      default: 10_000,
      description: `Clients of one router: above that it closes those that are idle. ${RESTARTS}`,
    }),
    timeouts: Timeouts,
    debugFifoRoot: Type.String({
      maxLength: 255,
      pattern: PATH,
      format: 'fifo-root',
      'x-allowed': 'empty, or an absolute path of its own such as /var/mcrouter/fifos',
      default: '',
      description:
        "Directory in the router pods for mcpiper's debug fifos, such as /var/mcrouter/fifos; an in-memory volume is mounted there. Empty: no fifos. It must be a path that the image does not use: that directory would be hidden.",
    }),
    args: args(
      `Further options of mcrouter, each with its value in the same item, such as "--keepalive-count=3". Known ones of the release are taken; what has a field, and what reaches files or sockets, is refused. ${RESTARTS}`,
    ),
    service: Service,
    tls: Type.Optional(Tls),
    pod: Type.Optional(
      podSchema(
        'Requests and limits of each router. Defaults: requests of 100m CPU and 128Mi memory, a memory limit of 512Mi, no CPU limit; defaults never put a request above its limit.',
        `Pods of the routers. ${RESTARTS}`,
      ),
    ),
  },
  { description: 'The routers, to which clients connect.' },
)
export type Router = Static<typeof Router>
