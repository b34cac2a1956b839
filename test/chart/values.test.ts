import t from 'tap'
import { CHART, HELM_VERSIONS, helm, template } from './chart.ts'

t.test('the chart passes helm lint', async (t) => {
  for (const version of HELM_VERSIONS) {
    const { code, stdout } = await helm(version, 'lint', '--strict', CHART)
    t.equal(code, 0, `Helm ${version}: ${stdout}`)
  }
})

const refused: readonly { values: string[]; says: RegExp }[] = [
  { values: ['--set=server.replica=3'], says: /replica/ },
  { values: ['--set=server.replicas=0'], says: /replicas.*(minimum|less than 1|at least 1)/s },
  { values: ['--set=server.replicas=many'], says: /replicas.*integer/s },
  { values: ['--set=certificates.mode=certmanager'], says: /mode.*'self', 'cert-manager'|mode.*one of/s },
  { values: ['--set=clusterDomain=cluster.local.'], says: /clusterDomain.*pattern/s },
  { values: ['--set=image.digest=sha256:123'], says: /digest.*pattern/s },
  { values: ['--set=watchNamespaces={a,a}'], says: /watchNamespaces/ },
  { values: ['--set=watchNamespaces=a'], says: /watchNamespaces.*array/s },
  { values: ['--set=reconciler.confirmTimeoutSeconds=86401'], says: /confirmTimeoutSeconds/ },
  { values: ['--set=reconciler.shrinkGraceSeconds=-1'], says: /shrinkGraceSeconds/ },
  { values: ['--set=reconciler.concurrency=0'], says: /concurrency/ },
  { values: ['--set=reconciler.concurrency=257'], says: /concurrency/ },
  { values: ['--set=reconciler.confirmRouters=off'], says: /confirmRouters.*boolean/s },
  { values: ['--set=server.concurrency=1'], says: /concurrency/ },
  { values: ['--set=webhook.timeoutSeconds=31'], says: /timeoutSeconds/ },
  { values: ['--set=webhook.failurePolicy=ignore'], says: /failurePolicy/ },
  { values: ['--set=server.resources.limits.memory=1GB'], says: /memory/ },
  { values: ['--set=reconciler.resources.cpu=1'], says: /cpu/ },
  { values: ['--set=server.port=443'], says: /port/ },
  { values: ['--set=inherit.labels={*}'], says: /inherit.*labels/s },
  { values: ['--set=commonAnnotations.note=1'], says: /commonAnnotations/ },
  { values: ['--set=webhook.objectSelector.team=red'], says: /team/ },
  {
    values: ['--set-json=webhook.namespaceSelector={"matchLabels":{"kubernetes.io/metadata.name":"a"}}'],
    says: /list them in watchNamespaces instead/,
  },
  { values: ['--set=reconciler.hostNetwork=true'], says: /hostNetwork/ },
  { values: ['--set=server.extraArgs={log-level=debug}'], says: /extraArgs/ },
  { values: ['--set=serviceMonitor.scrapeTimeout=10'], says: /scrapeTimeout/ },
  { values: ['--set=hostProcesses.enabled=true'], says: /needs hostProcesses\.url, .* such as https:/ },
  { values: ['--set=hostProcesses.url=https://192.0.2.1:8443'], says: /hostProcesses\.enabled is false/ },
  {
    values: ['--set=hostProcesses.enabled=true,hostProcesses.url=http://192.0.2.1:8443'],
    says: /url.*pattern/s,
  },
  {
    values: [
      '--set=hostProcesses.enabled=true,hostProcesses.url=https://192.0.2.1',
      '--set=certificates.mode=cert-manager',
    ],
    says: /use certificates\.mode self/,
  },
  {
    values: ['--set=certificates.certManager.issuerRef.name=mine'],
    says: /set certificates\.mode to cert-manager/,
  },
]

t.test('values that make no sense are refused with what is wrong', async (t) => {
  for (const { values, says } of refused) {
    for (const version of HELM_VERSIONS) {
      const { code, stderr } = await template(version, ...values)
      t.not(code, 0, `Helm ${version} ${values.join(' ')}`)
      t.match(stderr, says, `Helm ${version} ${values.join(' ')}`)
    }
  }
})
