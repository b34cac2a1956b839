import t from 'tap'
import { FlagsError } from '../../process/flags.ts'
import { help, parseFlags } from '../../reconciler/flags.ts'
import { DEFAULT_IMAGES } from '../../schemas/images.ts'

t.test('without flags it serves the whole cluster with the documented defaults', async (t) => {
  t.strictSame(parseFlags([]), {
    namespace: undefined,
    name: 'mcrouter-operator',
    watchNamespaces: undefined,
    clusterDomain: 'cluster.local',
    webhookConfiguration: undefined,
    certificates: 'self',
    servingHost: undefined,
    inherit: { labels: [], annotations: [] },
    images: DEFAULT_IMAGES,
    operatorPods: undefined,
    issueCertificates: false,
    confirmRouters: true,
    confirmMs: 120_000,
    graceMs: 5_000,
    fillMs: 3_600_000,
    concurrency: 16,
    host: undefined,
    port: 8080,
    kubeconfig: undefined,
    context: undefined,
    logLevel: 'info',
  })
})

t.test('what the chart passes is understood', async (t) => {
  t.match(
    parseFlags([
      '--namespace=mcrouter-system',
      '--name=op',
      '--webhook-configuration=op.mcrouter-system',
      '--cluster-domain=example.org',
      '--operator-pods=mcrouter-system/app.kubernetes.io/name=op',
      '--watch-namespaces=a,b',
      '--certificates=cert-manager',
      '--serving-host=192.0.2.10',
      '--listen=127.0.0.1:9000',
      '--confirm-routers=off',
      '--confirm-timeout=0',
      '--log-level=debug',
    ]),
    {
      namespace: 'mcrouter-system',
      name: 'op',
      webhookConfiguration: 'op.mcrouter-system',
      clusterDomain: 'example.org',
      operatorPods: { namespace: 'mcrouter-system', labels: { 'app.kubernetes.io/name': 'op' } },
      watchNamespaces: ['a', 'b'],
      certificates: 'cert-manager',
      servingHost: '192.0.2.10',
      host: '127.0.0.1',
      port: 9000,
      confirmRouters: false,
      confirmMs: 0,
      logLevel: 'debug',
    },
  )
})

t.test('a flag that cannot be is named, with what it could be', async (t) => {
  const refused = (...argv: string[]) => {
    try {
      parseFlags(argv)
    } catch (error) {
      if (error instanceof FlagsError) return error.message
    }
    return 'accepted'
  }
  t.match(refused('--confirm-timeout=2m'), '--confirm-timeout=2m is not a whole number from 0 to 86400')
  t.match(refused('--concurrency=0'), 'from 1 to 256')
  t.match(refused('--watch-namespaces=a,,b'), '"" is not the name of a namespace')
  t.match(refused('--certificates=none'), 'is not one of self, cert-manager')
  t.match(refused('--listen=8080'), 'is not [HOST]:PORT')
  t.match(refused('--listen=:70000'), 'is not [HOST]:PORT')
  t.match(refused('--cluster-domain=Cluster.Local'), 'is not a DNS domain in lower case')
  t.match(refused('--inherit-labels=team,app'), '--inherit-labels: "app" belongs to the operator')
  t.match(refused('--inherit-annotations=a b'), '"a b" is neither a key')
  t.match(refused('--serving-host=https://dev'), 'is neither a DNS name in lower case nor an IP address')
  t.match(refused('--nmae=x'), /--nmae/)
  t.match(refused('stray'), /stray/)
})

t.test('help names every flag', async (t) => {
  t.equal(parseFlags(['--help']), undefined)
  for (const flag of [
    'namespace',
    'watch-namespaces',
    'confirm-timeout',
    'shrink-grace',
    'fill-time',
    'listen',
    'context',
  ]) {
    t.match(help(), `--${flag}=`)
  }
})
