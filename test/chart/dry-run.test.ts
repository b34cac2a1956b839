import { readFile } from 'node:fs/promises'
import t from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { atPath } from '../support/at.ts'
import { CHART, HELM_VERSIONS, ofKind, render, template } from './chart.ts'
import { shell, succeeded } from './cluster.ts'

const plane = await startControlPlane()
t.teardown(() => plane.stop())

// Enforced as on a careful cluster.
const restricted = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'system', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
}
await plane.kubectl(['create', '-f', '-'], { input: JSON.stringify(restricted) })
for (const name of ['red', 'blue']) await plane.kubectl(['create', 'namespace', name])

const variants: Readonly<Record<string, readonly string[]>> = {
  'the default values': [],
  'limited to namespaces': ['--set=watchNamespaces={red,blue}'],
  'with selectors and annotations': [
    '--set=watchNamespaces={red},commonAnnotations.owner=caches,labelPolicy.enabled=true',
    '--set-json=webhook.namespaceSelector={"matchLabels":{"a":"b"},"matchExpressions":[{"key":"x","operator":"Exists"}]}',
    '--set-json=webhook.objectSelector={"matchExpressions":[{"key":"x","operator":"NotIn","values":["1"]}]}',
  ],
  'the processes on the host': ['--set=hostProcesses.enabled=true,hostProcesses.url=https://192.0.2.1:8443'],
  'everything that a pod can be given': [
    '--set=imagePullSecrets[0].name=registry,server.podLabels.team=red',
    '--set-json=reconciler={"podAnnotations":{"note":"1"},"priorityClassName":"system-cluster-critical"}',
    '--set-json=server.tolerations=[{"key":"dedicated","operator":"Exists"}]',
    '--set-json=server.nodeSelector={"disk":"ssd"}',
    '--set-json=server.affinity={"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[]}}',
  ],
}

t.test('the API server takes what the chart renders, without a warning', async (t) => {
  for (const [name, values] of Object.entries(variants)) {
    for (const version of HELM_VERSIONS) {
      const { stdout } = await template(version, '--namespace=system', ...values)
      const result = await plane.kubectl(['apply', '--dry-run=server', '-f', '-'], { input: stdout })
      succeeded(t, result, `${name}, Helm ${version}`)
      t.equal(result.stderr, '', `${name}, Helm ${version}`)
    }
  }
})

t.test('the pods are of the restricted Pod Security level', async (t) => {
  for (const deployment of ofKind(await render(), 'Deployment')) {
    const template = atPath(deployment, 'spec.template')
    const account = String(atPath(template, 'spec.serviceAccountName'))
    await plane.kubectl(['-n', 'system', 'create', 'serviceaccount', account])
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: deployment.metadata.name, namespace: 'system' },
      spec: atPath(template, 'spec'),
    }
    const result = await plane.kubectl(['create', '--dry-run=server', '-f', '-'], {
      input: JSON.stringify(pod),
    })
    succeeded(t, result, deployment.metadata.name)
  }
})

t.test('the image can be pulled before an upgrade as the page says, at that level too', async (t) => {
  const page = await readFile(new URL('../../docs/production.md', import.meta.url), 'utf8')
  const [command = ''] = /^ {3}kubectl \S+ \S+ run pull [^`]*/m.exec(page) ?? []
  // Nothing can be attached to in a dry run.
  const dry = command.replace('-i --rm', '--dry-run=server -o json').replace('mcrouter-system', 'system')
  const { code, stdout, stderr } = await shell(plane, dry.replace('IMAGE', 'example.com/op:1'))
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
  const image = { name: 'pull', image: 'example.com/op:1', args: ['--version'] }
  t.match(JSON.parse(stdout), { spec: { restartPolicy: 'Never', containers: [image] } })
})

t.test('the chart packs', async (t) => {
  succeeded(t, await plane.helm(['package', CHART, '--destination', plane.directory]), 'helm package')
})
