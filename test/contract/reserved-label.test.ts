import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'

// The chart's labelPolicy on a real API server. kubectl is an administrator here: no right is missing but this.

const cluster = await startCluster(t, { values: ['labelPolicy.enabled=true'] })
const { apply, kubectl, read } = cluster

const LABEL = 'app.kubernetes.io/managed-by'
const OURS = { [LABEL]: 'mcrouter-operator' }
const REFUSED = /app\.kubernetes\.io\/managed-by=mcrouter-operator is written and removed by the operator/

const POD = { restartPolicy: 'Never', containers: [{ name: 'own', image: 'example.com/own:1' }] }
const SELECTED = { app: 'own' }

/** A workload whose pods, and which itself, have these labels besides its own. */
function workload(kind: string, labels: JsonObject, podLabels: JsonObject): JsonObject {
  const template = {
    metadata: { labels: { ...SELECTED, ...podLabels } },
    spec: { ...POD, restartPolicy: 'Always' },
  }
  const selector = { matchLabels: SELECTED }
  const service = kind === 'StatefulSet' ? { serviceName: 'own' } : {}
  return object('apps/v1', kind, labels, { spec: { selector, template, ...service } })
}

function object(apiVersion: string, kind: string, labels: JsonObject, rest: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name: 'own', labels }, ...rest }
}

/** Everything that could carry the label, as it is with those labels, and with those on its pods. */
function carriers(labels: JsonObject, podLabels: JsonObject): JsonObject[] {
  const template = { metadata: { labels: podLabels }, spec: POD }
  return [
    object('v1', 'ConfigMap', labels),
    object('v1', 'Service', labels, { spec: { ports: [{ port: 80 }] } }),
    object('v1', 'Pod', { ...labels, ...podLabels }, { spec: POD }),
    object('policy/v1', 'PodDisruptionBudget', labels, { spec: { maxUnavailable: 1 } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', labels, { spec: { podSelector: {} } }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', labels, {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'own' }, maxReplicas: 2 },
    }),
    ...['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'].map((kind) =>
      workload(kind, labels, podLabels),
    ),
    object('batch/v1', 'Job', labels, { spec: { template } }),
    object('batch/v1', 'CronJob', labels, {
      spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
    }),
  ]
}

t.before(async () => {
  await eventually('the policy is in force', async () => {
    const { stderr } = await apply(object('v1', 'ConfigMap', OURS), '--dry-run=server')
    return REFUSED.test(stderr)
  })
})

t.test('the operator and the controllers of Kubernetes work as ever', async (t) => {
  await apply(mcrouter('cache', { memcached_pool_size: 2 }))
  const { code, stderr } = await kubectl([
    'wait',
    'mcrouter/cache',
    '--for=condition=Available',
    '--timeout=60s',
  ])
  t.equal(code, 0, stderr)
  t.equal(
    (await read(`pods -l ${LABEL}=mcrouter-operator`, '{.items[*].metadata.name}')).split(' ').length,
    4,
  )
  await kubectl(['delete', 'pod', '-l', `${LABEL}=mcrouter-operator`, '--wait=false'])
  await kubectl(['delete', 'configmap/cache-config'])
  await eventually('what was deleted is made anew', async () => {
    return (
      (await read('configmap/cache-config', `{.metadata.labels.app\\.kubernetes\\.io/managed-by}`)) !== ''
    )
  })
})

t.test('nobody else makes anything that has it, or whose pods would', async (t) => {
  for (const [labels, podLabels] of [
    [OURS, {}],
    [{}, OURS],
  ] as const) {
    for (const one of carriers(labels, podLabels).filter(
      ({ kind }) => labels === OURS || canMakePods(kind),
    )) {
      const { code, stderr } = await apply(one, '--dry-run=server')
      t.not(code, 0, `${one.kind}`)
      t.match(stderr, REFUSED, `${one.kind}`)
    }
  }
})

function canMakePods(kind: unknown): boolean {
  return ![
    'ConfigMap',
    'Service',
    'PodDisruptionBudget',
    'HorizontalPodAutoscaler',
    'NetworkPolicy',
  ].includes(String(kind))
}

t.test('any other value is as good as before', async (t) => {
  const other = { [LABEL]: 'Helm' }
  for (const one of carriers(other, other)) {
    const { code, stderr } = await apply(one, '--dry-run=server')
    t.equal(code, 0, stderr)
  }
})

t.test('nobody else gives it to an object that is there, or takes it away', async (t) => {
  await apply(object('v1', 'ConfigMap', {}))
  const label = (what: string, value: string) =>
    kubectl(['label', '--overwrite', ...what.split(' '), `${LABEL}${value}`])
  for (const [what, value] of [
    ['configmap/own', '=mcrouter-operator'],
    ['configmap/cache-config', '-'],
    ['service/cache', '=other'],
    ['deployment/cache', '-'],
  ] as const) {
    const { code, stderr } = await label(what, value)
    t.not(code, 0, `${what} ${value}`)
    t.match(stderr, REFUSED)
  }
  const pod = await read(`pods -l ${LABEL}=mcrouter-operator`, '{.items[0].metadata.name}')
  const patch = JSON.stringify({ metadata: { labels: { [LABEL]: null } } })
  const { stderr } = await kubectl([
    'patch',
    `pod/${pod}`,
    '--subresource=status',
    '--type=merge',
    '-p',
    patch,
  ])
  t.match(stderr, REFUSED, 'nor by way of a status')
})

t.test('anything else in the operator’s objects may be changed, and they may be deleted', async (t) => {
  for (const what of [
    'configmap/cache-config',
    'service/cache',
    'deployment/cache',
    'statefulset/cache-memcached',
  ]) {
    const { code, stderr } = await kubectl(['annotate', what, 'example.com/note=mine'])
    t.equal(code, 0, stderr)
  }
  const { code, stderr } = await kubectl(['delete', 'mcrouter/cache'])
  t.equal(code, 0, stderr)
})
