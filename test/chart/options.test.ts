import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { at, atPath } from '../support/at.ts'
import { type Manifest, namesOf, ofKind, render } from './chart.ts'
import { Release } from './cluster.ts'

const VALUES = `
commonLabels: { cost-centre: "42", app.kubernetes.io/name: theirs }
commonAnnotations: { owner: caches, eks.amazonaws.com/role-arn: theirs }
webhook: { failurePolicy: Ignore, timeoutSeconds: 3 }
server:
  hostNetwork: true
  port: 9443
serviceMonitor:
  enabled: true
  interval: 15s
  scrapeTimeout: 5s
  namespace: monitoring
  labels: { release: prometheus }
  relabelings: [{ targetLabel: team, replacement: cache }]
  metricRelabelings: [{ action: drop, regex: "go_.*", sourceLabels: [__name__] }]
`

/** What both parts take. */
const PART = `
  replicas: 3
  resources: { requests: { cpu: 1 }, limits: { memory: 1Gi } }
  podLabels: { mesh: "off" }
  podAnnotations: { scrape: "no" }
  serviceAccountAnnotations: { eks.amazonaws.com/role-arn: arn }
  extraArgs: [--log-level=debug]
  extraEnv: [{ name: HTTPS_PROXY, value: "http://proxy" }]
  nodeSelector: { disk: ssd }
  tolerations: [{ key: dedicated, operator: Exists }]
  affinity: { nodeAffinity: {} }
  topologySpreadConstraints: [{ maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule }]
  priorityClassName: system-cluster-critical
  revisionHistoryLimit: 3
  terminationGracePeriodSeconds: 30
  podDisruptionBudget: false
`

async function rendered(t: Test, yaml: string): Promise<Manifest[]> {
  const file = join(t.testdir(), 'values.yaml')
  await writeFile(file, yaml)
  return render(`--values=${file}`)
}

t.test('each option arrives where it belongs', async (t) => {
  const manifests = await rendered(t, VALUES)
  const ours = manifests.filter((one) => one.kind !== 'CustomResourceDefinition')
  for (const { kind, metadata } of ours) {
    const labels = { 'cost-centre': '42', 'app.kubernetes.io/name': 'mcrouter-operator' }
    t.match(metadata, { labels, annotations: { owner: 'caches' } }, `${kind} ${metadata.name}`)
  }
  for (const deployment of ofKind(manifests, 'Deployment')) {
    t.match(atPath(deployment, 'spec.template.metadata.labels'), {
      'cost-centre': '42',
      'app.kubernetes.io/name': 'mcrouter-operator',
    })
    t.notMatch(at(deployment, 'spec', 'selector'), { matchLabels: { 'cost-centre': '42' } })
  }
  const server = atPath(partOf(manifests, 'server'), 'spec.template.spec')
  t.match(server, {
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    containers: [{ ports: [{ containerPort: 9443 }] }],
  })
  t.ok(JSON.stringify(server).includes('"--listen=:9443"'))
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])
    t.match(ofKind(manifests, kind), [{ webhooks: [{ failurePolicy: 'Ignore', timeoutSeconds: 3 }] }])
  t.equal(ofKind(manifests, 'ServiceMonitor').length, 2)
  for (const monitor of ofKind(manifests, 'ServiceMonitor')) {
    t.match(monitor, {
      metadata: { namespace: 'monitoring', labels: { release: 'prometheus' } },
      spec: {
        namespaceSelector: { matchNames: ['system'] },
        endpoints: [
          {
            interval: '15s',
            scrapeTimeout: '5s',
            relabelings: [{ targetLabel: 'team' }],
            metricRelabelings: [{ action: 'drop' }],
          },
        ],
      },
    })
  }
})

t.test('what the pods of a part are given does not reach the others', async (t) => {
  const parts = ['server', 'reconciler', 'exporter']
  for (const part of parts) {
    const others = parts.filter((one) => one !== part)
    const exporter = part === 'exporter' ? '  enabled: true' : '\nexporter: { enabled: true }'
    const manifests = await rendered(
      t,
      `commonAnnotations: { eks.amazonaws.com/role-arn: theirs }\n${part}:${PART}${exporter}`,
    )
    t.match(partOf(manifests, part), {
      spec: {
        replicas: 3,
        revisionHistoryLimit: 3,
        template: {
          metadata: { labels: { mesh: 'off' }, annotations: { scrape: 'no' } },
          spec: {
            nodeSelector: { disk: 'ssd' },
            tolerations: [{ key: 'dedicated' }],
            affinity: { nodeAffinity: {} },
            topologySpreadConstraints: [{ topologyKey: 'rack' }],
            priorityClassName: 'system-cluster-critical',
            terminationGracePeriodSeconds: 30,
            containers: [{ resources: { requests: { cpu: 1 }, limits: { memory: '1Gi' } } }],
          },
        },
      },
    })
    const container = JSON.stringify(atPath(partOf(manifests, part), 'spec.template.spec.containers.0'))
    for (const text of ['"--log-level=debug"]', '"HTTPS_PROXY"']) t.ok(container.includes(text), text)
    t.strictSame(
      namesOf(ofKind(manifests, 'PodDisruptionBudget')).map((name) => name.split('-').at(-1)),
      others.toSorted(),
    )
    for (const { metadata } of ofKind(manifests, 'ServiceAccount'))
      t.match(metadata, {
        annotations: { 'eks.amazonaws.com/role-arn': metadata.name.endsWith(part) ? 'arn' : 'theirs' },
      })
    const text = JSON.stringify(others.map((other) => atPath(partOf(manifests, other), 'spec.template')))
    for (const trace of ['mesh', 'HTTPS_PROXY', 'rack', 'dedicated', 'ssd'])
      t.notOk(text.includes(trace), trace)
  }
})

function partOf(manifests: readonly Manifest[], part: string): Manifest | undefined {
  return ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name.endsWith(part))
}

t.test('selectors limit what the webhooks are asked, and never the trial of the reconciler', async (t) => {
  const selectors = {
    namespaceSelector: { matchLabels: { tier: 'web' } },
    objectSelector: { matchLabels: { a: 'b' } },
  }
  const manifests = await render(
    `--set-json=webhook=${JSON.stringify(selectors)}`,
    '--set=watchNamespaces={red}',
  )
  const webhooks = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].flatMap((kind) => {
    const found = atPath(ofKind(manifests, kind)[0], 'webhooks')
    return Array.isArray(found) ? found : []
  })
  const served = [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['red'] }]
  t.match(
    webhooks.map((webhook) => String(at(webhook, 'name')).split('.')[0]),
    ['mutate', 'trial', 'validate', 'protect'],
  )
  for (const webhook of webhooks) {
    t.match(at(webhook, 'namespaceSelector'), { matchExpressions: served })
    const isTrial = String(at(webhook, 'name')).startsWith('trial.')
    t.equal(atPath(webhook, 'namespaceSelector.matchLabels.tier'), isTrial ? undefined : 'web')
    t.strictSame(at(webhook, 'objectSelector'), isTrial ? undefined : selectors.objectSelector)
  }
})

t.test('what the cluster does not have is said before anything is installed', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  const release = new Release(plane, 4)
  const certManager = await release.install('--set=certificates.mode=cert-manager')
  t.match(certManager, { code: 1, stderr: /cert-manager, which this cluster does not have/ })
})

t.test('the webhooks know their callers where a CA is named', async (t) => {
  const server = async (...flags: string[]) =>
    atPath(
      ofKind(await render(...flags), 'Deployment').find(({ metadata }) => metadata.name.endsWith('-server')),
      'spec.template.spec',
    )
  t.notMatch(JSON.stringify(await server()), 'client-ca')
  const pod = await server('--set=webhook.clientCAConfigMap=webhook-clients')
  t.match(atPath(pod, 'containers.0'), {
    args: ['server', String, String, '--client-ca=/etc/mcrouter-operator/client-ca/ca.crt'],
    volumeMounts: [{}, { name: 'client-ca', mountPath: '/etc/mcrouter-operator/client-ca' }],
  })
  t.match(atPath(pod, 'volumes.1'), { name: 'client-ca', configMap: { name: 'webhook-clients' } })
})
