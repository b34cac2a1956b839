import type { JsonObject } from '../../schemas/json.ts'

/** What shows a field of v1beta1 in what is rendered. */
export interface Reaching {
  /** Not its default. */
  readonly value: unknown
  readonly in:
    | 'ConfigMap'
    | 'DaemonSet'
    | 'Deployment'
    | 'StatefulSet'
    | 'Service'
    | 'HorizontalPodAutoscaler'
    | 'NetworkPolicy'
  /** In the text of that object, and not without the value. */
  readonly shows: RegExp
  /** What else the spec says, or the pool, with the value and without. */
  readonly beside?: JsonObject
}

const COPIES = { shards: 1, copies: 4 }
const HOST = { host: 'c1.example.com' }

/** Of a pool, those of its pods apart; a path leads into an object, or an item of a list. */
export const OF_POOL: Readonly<Record<string, Reaching>> = {
  shards: { value: 7, in: 'StatefulSet', shows: /^ {2}replicas: 7$/m },
  copies: { value: 6, beside: { shards: 1 }, in: 'StatefulSet', shows: /^ {2}replicas: 6$/m },
  writes: { value: 'Strict', beside: COPIES, in: 'ConfigMap', shows: /"add": "AllSyncRoute\|Pool\|/ },
  onMiss: { value: 'Refill', beside: COPIES, in: 'ConfigMap', shows: /"WarmUpRoute"/ },
  memory: { value: '640Mi', in: 'StatefulSet', shows: /- -m\n +- "640"$/m },
  maxItemSize: { value: '3Mi', in: 'StatefulSet', shows: /- -I\n +- 3m$/m },
  maxConnections: { value: 4321, in: 'StatefulSet', shows: /- -c\n +- "4321"$/m },
  threads: { value: 9, in: 'StatefulSet', shows: /- -t\n +- "9"$/m },
  port: { value: 21_311, in: 'StatefulSet', shows: /containerPort: 21311$/m },
  image: { value: 'memcached:1.6.39', in: 'StatefulSet', shows: /image: memcached:1\.6\.39$/m },
  zones: { value: ['eu-1a', 'eu-1b'], beside: { copies: 2 }, in: 'ConfigMap', shows: /"\/copy\/1\/": / },
  'tls.issuer': {
    value: { issuer: 'Operator' },
    in: 'StatefulSet',
    shows: /secretName: cache-memcached-tls$/m,
  },
  'tls.secretName': { value: { secretName: 'pool-tls' }, in: 'StatefulSet', shows: /secretName: pool-tls$/m },
  args: { value: ['-R', '41'], in: 'StatefulSet', shows: /- -R\n +- "41"$/m },
  minReadySeconds: { value: 77, in: 'StatefulSet', shows: /^ {2}minReadySeconds: 77$/m },
  'external.host': { value: [HOST], in: 'ConfigMap', shows: /"c1\.example\.com:11211"/ },
  'external.port': { value: [{ ...HOST, port: 4711 }], in: 'ConfigMap', shows: /"c1\.example\.com:4711"/ },
  'external.tls': { value: [{ ...HOST, tls: true }], in: 'ConfigMap', shows: /"c1\.[^"]+:11211:ascii:ssl"/ },
  'gutter.pool': {
    value: { pool: 'spare' },
    in: 'ConfigMap',
    shows: /"failover": "PoolRoute\|memcached.spare"/,
  },
  'gutter.ttl': { value: { pool: 'spare', ttl: '77s' }, in: 'ConfigMap', shows: /"failover_exptime": 77\b/ },
  'warmUp.from': { value: { from: 'spare' }, in: 'ConfigMap', shows: /"warm": "PoolRoute\|memcached.spare"/ },
  'warmUp.ttl': { value: { from: 'spare', ttl: '78s' }, in: 'ConfigMap', shows: /"exptime": 78\b/ },
}

/** Of the pods of either tier. */
export const OF_POD: Readonly<Record<string, Omit<Reaching, 'in'>>> = {
  resources: {
    value: { requests: { cpu: '123m', memory: '3Gi' }, limits: { cpu: '4567m', memory: '7Gi' } },
    shows: /requests:\n +cpu: 123m\n +memory: 3Gi\n +limits:\n +cpu: 4567m\n +memory: 7Gi$/m,
  },
  nodeSelector: { value: { disk: 'ssd' }, shows: /nodeSelector:\n +disk: ssd$/m },
  tolerations: {
    value: [{ key: 'dedicated', operator: 'Exists' }],
    shows: /tolerations:\n +- key: dedicated\n/,
  },
  affinity: {
    value: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'example.com/rack', labelSelector: { matchLabels: { a: 'b' } } },
        ],
      },
    },
    shows: /affinity:\n +podAntiAffinity:[\s\S]*topologyKey: example\.com\/rack$/m,
  },
  topologySpreadConstraints: {
    value: [{ topologyKey: 'example.com/row', maxSkew: 3, whenUnsatisfiable: 'DoNotSchedule' }],
    shows: /topologySpreadConstraints:\n +- topologyKey: example\.com\/row\n +maxSkew: 3\n/,
  },
  priorityClassName: { value: 'cache-first', shows: /priorityClassName: cache-first$/m },
  imagePullSecrets: { value: [{ name: 'registry' }], shows: /imagePullSecrets:\n +- name: registry$/m },
  labels: { value: { 'example.com/cost': 'seven' }, shows: /example\.com\/cost: seven$/m },
  annotations: { value: { 'example.com/note': 'eight' }, shows: /example\.com\/note: eight$/m },
}

const AUTOSCALING = { min: 3, max: 7, cpu: 55 }

/** Of the routers, those of their pods apart. */
export const OF_ROUTERS: Readonly<Record<string, Reaching>> = {
  replicas: { value: 7, in: 'Deployment', shows: /^ {2}replicas: 7$/m },
  placement: { value: 'Node', in: 'DaemonSet', shows: /maxSurge: "10%"$/m },
  'autoscaling.min': { value: AUTOSCALING, in: 'HorizontalPodAutoscaler', shows: /^ {2}minReplicas: 3$/m },
  'autoscaling.max': { value: AUTOSCALING, in: 'HorizontalPodAutoscaler', shows: /^ {2}maxReplicas: 7$/m },
  'autoscaling.cpu': { value: AUTOSCALING, in: 'HorizontalPodAutoscaler', shows: /averageUtilization: 55$/m },
  image: { value: 'mcrouter:v9', in: 'Deployment', shows: /image: mcrouter:v9$/m },
  release: { value: '37', in: 'ConfigMap', shows: /^(?![\s\S]*"gat")/ },
  port: { value: 6011, in: 'Deployment', shows: /- --port=6011$/m },
  threads: { value: 13, in: 'Deployment', shows: /- --num-proxies=13$/m },
  maxConnections: { value: 4321, in: 'Deployment', shows: /- --max-conns=4321$/m },
  'timeouts.server': { value: { server: '711ms' }, in: 'ConfigMap', shows: /"server_timeout": 711\b/ },
  'timeouts.connect': { value: { connect: '93ms' }, in: 'ConfigMap', shows: /"connect_timeout": 93\b/ },
  'timeouts.untilDown': { value: { untilDown: 17 }, in: 'Deployment', shows: /- --timeouts-until-tko=17$/m },
  debugFifoRoot: { value: '/var/fifos', in: 'Deployment', shows: /- --debug-fifo-root=\/var\/fifos$/m },
  args: { value: ['--keepalive-count=3'], in: 'Deployment', shows: /- --keepalive-count=3$/m },
  'service.type': { value: { type: 'NodePort' }, in: 'Service', shows: /^ {2}type: NodePort$/m },
  'service.annotations': {
    value: { annotations: { 'example.com/lb': 'nine' } },
    in: 'Service',
    shows: /^ {2}annotations:\n {4}example\.com\/lb: nine$/m,
  },
  'service.labels': {
    value: { labels: { 'example.com/dns': 'ten' } },
    in: 'Service',
    shows: /^ {2}labels:\n( {4}.*\n)* {4}example\.com\/dns: ten$/m,
  },
  'service.ipFamilyPolicy': {
    value: { ipFamilyPolicy: 'PreferDualStack' },
    in: 'Service',
    shows: /^ {2}ipFamilyPolicy: PreferDualStack$/m,
  },
  'service.loadBalancerClass': {
    value: { type: 'LoadBalancer', loadBalancerClass: 'example.com/internal' },
    in: 'Service',
    shows: /^ {2}loadBalancerClass: example\.com\/internal$/m,
  },
  'service.externalTrafficPolicy': {
    value: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    in: 'Service',
    shows: /^ {2}externalTrafficPolicy: Local$/m,
  },
  'tls.servers.secretName': {
    value: { servers: { secretName: 'cache-ca' } },
    in: 'Deployment',
    shows: /secretName: cache-ca$/m,
  },
  'tls.servers.clientCertificate': {
    value: { servers: { secretName: 'cache-ca', clientCertificate: true } },
    in: 'Deployment',
    shows: /- --pem-cert-path=/,
  },
  'tls.clients.secretName': {
    value: { clients: { secretName: 'cache-tls' } },
    in: 'Deployment',
    shows: /secretName: cache-tls$/m,
  },
  'tls.clients.port': {
    value: { clients: { secretName: 'cache-tls', port: 6443 } },
    in: 'Service',
    shows: /name: mcrouter-tls\n +port: 6443\n/,
  },
  'tls.clients.requireClientCertificate': {
    value: { clients: { secretName: 'cache-tls', requireClientCertificate: true } },
    in: 'Deployment',
    shows: /- --ssl-require-peer-certs$/m,
  },
  'tls.clients.plain': {
    value: { clients: { secretName: 'cache-tls', plain: false } },
    in: 'Deployment',
    shows: /^(?![\s\S]*--port=)/,
  },
}

/** Of either selector of a peer. */
function ofPeer(selector: 'podSelector' | 'namespaceSelector'): Readonly<Record<string, Reaching>> {
  const at = `access.from.${selector}`
  const reaching = (value: JsonObject, shows: RegExp): Reaching => ({
    value: { from: [{ [selector]: value }] },
    in: 'NetworkPolicy',
    shows,
  })
  const expression = { key: 'example.com/tier', operator: 'NotIn', values: ['batch'] }
  const within = `- ${selector}:\n +matchExpressions:\n +`
  return {
    [`${at}.matchLabels`]: reaching(
      { matchLabels: { team: 'seven' } },
      new RegExp(`- ${selector}:\n +matchLabels:\n +team: seven$`, 'm'),
    ),
    [`${at}.matchExpressions.key`]: reaching(
      { matchExpressions: [expression] },
      new RegExp(`${within}- key: example\\.com/tier$`, 'm'),
    ),
    [`${at}.matchExpressions.operator`]: reaching(
      { matchExpressions: [expression] },
      new RegExp(`${within}- key: .*\n +operator: NotIn$`, 'm'),
    ),
    [`${at}.matchExpressions.values`]: reaching(
      { matchExpressions: [expression] },
      new RegExp(`${within}- key: .*\n +operator: NotIn\n +values:\n +- batch$`, 'm'),
    ),
  }
}

const RANGE = { cidr: '10.7.0.0/16', except: ['10.7.8.0/24'] }

const OWN = { route: { type: 'LatestRoute', children: ['PoolRoute|main'] } }

/** Of the spec itself. */
export const OF_SPEC: Readonly<Record<string, Reaching>> = {
  'prefixes.prefix': {
    value: [{ prefix: 'order:', pool: 'users' }],
    in: 'ConfigMap',
    shows: /"policies": \{"order:"/,
  },
  'prefixes.pool': {
    value: [{ prefix: 'a:', pool: 'users' }],
    in: 'ConfigMap',
    shows: /"a:": "users\.keys"/,
  },
  config: { value: OWN, beside: { pools: [] }, in: 'ConfigMap', shows: /"LatestRoute"/ },
  ...ofPeer('podSelector'),
  ...ofPeer('namespaceSelector'),
  'access.from.ipBlock.cidr': {
    value: { from: [{ ipBlock: RANGE }] },
    in: 'NetworkPolicy',
    shows: /cidr: "?10\.7\.0\.0\/16"?$/m,
  },
  'access.from.ipBlock.except': {
    value: { from: [{ ipBlock: RANGE }] },
    in: 'NetworkPolicy',
    shows: /except:\n +- "?10\.7\.8\.0\/24"?$/m,
  },
}

/** What is not in what is rendered, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'memcached.replicas': 'what a scale sets: shards or copies, which admission keeps in step with it',
  'memcached.replicasOf': 'which of both that is',
  paused: 'whether anything of it is written',
}
