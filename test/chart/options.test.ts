import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { at, atPath } from '../support/at.ts'
import { startControlPlane } from '../support/control-plane/index.ts'
import { namesOf, ofKind, render } from './chart.ts'
import { Release } from './cluster.ts'

const VALUES = `
commonLabels: { cost-centre: "42", app.kubernetes.io/name: theirs }
webhook: { failurePolicy: Ignore }
server:
  hostNetwork: true
  port: 9443
  revisionHistoryLimit: 3
  podDisruptionBudget: false
  topologySpreadConstraints: [{ maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule }]
reconciler:
  extraArgs: [--log-level=debug]
  extraEnv: [{ name: HTTPS_PROXY, value: "http://proxy" }]
  terminationGracePeriodSeconds: 30
  serviceAccountAnnotations: { eks.amazonaws.com/role-arn: "arn" }
serviceMonitor:
  enabled: true
  scrapeTimeout: 5s
  namespace: monitoring
  relabelings: [{ targetLabel: team, replacement: cache }]
`

t.test('each option arrives where it belongs', async (t) => {
  const file = join(t.testdir(), 'values.yaml')
  await writeFile(file, VALUES)
  const manifests = await render(`--values=${file}`)
  const [reconciler, server] = ['reconciler', 'server'].map((name) =>
    ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name.endsWith(name)),
  )
  const pod = (deployment: unknown, ...path: string[]) => at(deployment, 'spec', 'template', ...path)

  for (const manifest of manifests.filter((one) => one.kind !== 'CustomResourceDefinition')) {
    const labels = at(manifest, 'metadata', 'labels')
    const wanted = { 'cost-centre': '42', 'app.kubernetes.io/name': 'mcrouter-operator' }
    t.match(labels, wanted, `${manifest.kind} ${manifest.metadata.name}`)
  }
  for (const deployment of [reconciler, server]) {
    t.match(pod(deployment, 'metadata', 'labels'), {
      'cost-centre': '42',
      'app.kubernetes.io/name': 'mcrouter-operator',
    })
    t.notMatch(at(deployment, 'spec', 'selector'), { matchLabels: { 'cost-centre': '42' } })
  }
  t.match(pod(server, 'spec'), {
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    topologySpreadConstraints: [{ topologyKey: 'rack' }],
    containers: [{ ports: [{ containerPort: 9443 }] }],
  })
  t.ok(JSON.stringify(pod(server, 'spec')).includes('"--listen=:9443"'))
  t.equal(at(server, 'spec', 'revisionHistoryLimit'), 3)
  t.match(namesOf(ofKind(manifests, 'PodDisruptionBudget')), [/reconciler$/])
  t.match(pod(reconciler, 'spec'), { terminationGracePeriodSeconds: 30 })
  const text = JSON.stringify(pod(reconciler, 'spec'))
  for (const part of ['"--log-level=debug"]', '"HTTPS_PROXY"', '"POD_NAME"']) t.ok(text.includes(part), part)
  t.ok(JSON.stringify(ofKind(manifests, 'ServiceAccount')).includes('eks.amazonaws.com/role-arn'))
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])
    t.match(ofKind(manifests, kind), [{ webhooks: [{ failurePolicy: 'Ignore' }] }])
  for (const monitor of ofKind(manifests, 'ServiceMonitor')) {
    t.match(monitor, {
      metadata: { namespace: 'monitoring' },
      spec: {
        namespaceSelector: { matchNames: ['system'] },
        endpoints: [{ scrapeTimeout: '5s', relabelings: [{ targetLabel: 'team' }] }],
      },
    })
  }
})

t.test('what the cluster does not have is said before anything is installed', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  const release = new Release(plane, 4)
  const monitor = await release.install('--set=serviceMonitor.enabled=true')
  t.match(monitor, { code: 1, stderr: /needs the Prometheus operator.*install it first/ })
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
