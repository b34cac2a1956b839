import t from 'tap'
import { help, parseFlags } from '../../server/flags.ts'

t.test('without flags it serves this machine only, with a certificate of its own', async (t) => {
  t.same(parseFlags([]), {
    host: '127.0.0.1',
    port: 8443,
    certDir: undefined,
    clientCa: undefined,
    clusterDomain: 'cluster.local',
    inherit: { labels: [], annotations: [] },
    images: { memcached: 'memcached:1.6-alpine', mcrouter: 'ghcr.io/dragoangel/mcrouter:v2026.06.29.00' },
    tlsMinVersion: 'TLSv1.3',
    logLevel: 'info',
  })
})

t.test('with a certificate directory it serves every address', async (t) => {
  t.match(parseFlags(['--cert-dir=/certs']), { host: undefined, port: 8443, certDir: '/certs' })
})

t.test('the address is [HOST]:PORT in both families', async (t) => {
  t.match(parseFlags(['--listen=:9443']), { host: undefined, port: 9443 })
  t.match(parseFlags(['--listen=10.0.0.1:1']), { host: '10.0.0.1', port: 1 })
  t.match(parseFlags(['--listen', '[::1]:0']), { host: '::1', port: 0 })
})

t.test('every value that cannot be is named with what could', async (t) => {
  const cases = {
    '--listen=8443': /--listen=8443 is not \[HOST\]:PORT, such as/,
    '--listen=:65536': /--listen=:65536 is not/,
    '--listen=::1:80': /is not \[HOST\]:PORT/,
    '--cluster-domain=Cluster.Local': /is not a DNS domain in lower case/,
    '--cluster-domain=a..b': /is not a DNS domain/,
    '--default-memcached-image=Memcached':
      /--default-memcached-image: "Memcached" is not an image reference such as/,
    '--default-mcrouter-image=': /--default-mcrouter-image: "" is not an image reference.*it has no name/,
    '--operator-pods=mcrouter-system':
      /--operator-pods: "mcrouter-system" is no namespace with labels such as mcrouter-system\/app/,
    '--tls-min-version=1.1': /is not one of 1.2, 1.3/,
    '--log-level=loud': /is not one of trace, debug, info/,
    '--lissten=:1': /lissten/,
    extra: /extra/,
  }
  for (const [argument, message] of Object.entries(cases)) {
    t.throws(() => parseFlags([argument]), { name: 'FlagsError', message }, argument)
  }
})

t.test('--help tells every flag and its default', async (t) => {
  t.equal(parseFlags(['--help']), undefined)
  t.equal(parseFlags(['-h']), undefined)
  for (const flag of ['listen', 'cert-dir', 'cluster-domain', 'tls-min-version', 'log-level']) {
    t.match(help(), `--${flag}=`)
  }
  t.match(help(), 'Default: cluster.local.')
})
