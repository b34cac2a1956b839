import t from 'tap'
import { render } from '../../render/index.ts'
import type { ClientTls } from '../../schemas/tls.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { at } from '../support/at.ts'

const CLIENTS: ClientTls = {
  secretName: 'cache-tls',
  port: 5001,
  requireClientCertificate: false,
  plain: true,
}
const DIRECTORY = '/etc/mcrouter-tls/clients'

/** The container of the routers, its pod and their Service. */
function rendered(clientTls?: Partial<ClientTls>) {
  const routers = {
    release: 'current',
    ...(clientTls && { clientTls: { ...CLIENTS, ...clientTls } }),
  } as const
  const { manifests } = render(mcrouterWith({ routers }), { clusterDomain: 'cluster.local' })
  const object = (kind: string) => manifests.find((one) => one.kind === kind && one.metadata.name === 'cache')
  const pod = at(object('Deployment'), 'spec', 'template', 'spec')
  return { container: at(pod, 'containers', '0'), pod, ports: at(object('Service'), 'spec', 'ports') }
}

const tlsArgs = (args: unknown) =>
  (Array.isArray(args) ? args : []).filter((arg) => /port=|pem|ssl/.test(arg))

t.test('without TLS nothing is said of it', async (t) => {
  const { container, pod, ports } = rendered()
  t.same(tlsArgs(at(container, 'args')), ['--port=5000'])
  t.notMatch(JSON.stringify(pod), /secret|tls/)
  t.match(ports, [{ name: 'mcrouter', port: 5000 }])
})

t.test('beside the port without it, the certificate in the place of a CA that nothing needs', async (t) => {
  const { container, pod, ports } = rendered({})
  t.same(tlsArgs(at(container, 'args')), [
    '--port=5000',
    '--ssl-port=5001',
    `--server-pem-cert-path=${DIRECTORY}/tls.crt`,
    `--server-pem-key-path=${DIRECTORY}/tls.key`,
    `--server-pem-ca-path=${DIRECTORY}/tls.crt`,
  ])
  t.match(at(container, 'volumeMounts'), [{}, { mountPath: DIRECTORY, readOnly: true, subPath: undefined }])
  t.same(at(pod, 'volumes', '1', 'secret'), {
    secretName: 'cache-tls',
    items: ['tls.crt', 'tls.key'].map((key) => ({ key, path: key })),
  })
  t.match(ports, [
    { name: 'mcrouter', port: 5000 },
    { name: 'mcrouter-tls', port: 5001, targetPort: 'mcrouter-tls' },
  ])
  t.equal(at(container, 'readinessProbe', 'tcpSocket', 'port'), 'mcrouter')
})

t.test('in its place, and with certificates of clients', async (t) => {
  const { container, pod, ports } = rendered({ plain: false, requireClientCertificate: true })
  t.same(tlsArgs(at(container, 'args')), [
    '--ssl-port=5001',
    `--server-pem-cert-path=${DIRECTORY}/tls.crt`,
    `--server-pem-key-path=${DIRECTORY}/tls.key`,
    `--server-pem-ca-path=${DIRECTORY}/ca.crt`,
    '--ssl-require-peer-certs',
  ])
  t.match(at(pod, 'volumes', '1', 'secret', 'items'), [{}, {}, { key: 'ca.crt' }])
  t.match(ports, [{ name: 'mcrouter-tls', port: 5001 }])
  t.same(at(ports, '1'), undefined)
  for (const probe of ['readinessProbe', 'livenessProbe'])
    t.equal(at(container, probe, 'tcpSocket', 'port'), 'mcrouter-tls', probe)
})

t.test('routers trust the CA of a Secret, and show a certificate where that is asked for', async (t) => {
  const withServers = (clientCertificate: boolean) => {
    const serverTls = { secretName: 'cache-ca', clientCertificate }
    const mcrouter = mcrouterWith({ routers: { release: 'current', serverTls } })
    const { manifests } = render(mcrouter, { clusterDomain: 'cluster.local' })
    const pod = at(
      manifests.find(({ kind }) => kind === 'Deployment'),
      'spec',
      'template',
      'spec',
    )
    return {
      args: tlsArgs(at(pod, 'containers', '0', 'args')),
      items: JSON.stringify(at(pod, 'volumes', '1', 'secret', 'items')),
    }
  }
  const CA = ['--port=5000', '--ssl-verify-peers', '--pem-ca-path=/etc/mcrouter-tls/servers/ca.crt']
  t.same(withServers(false), { args: CA, items: '[{"key":"ca.crt","path":"ca.crt"}]' })
  const { args, items } = withServers(true)
  t.same(args.slice(3), [
    '--pem-cert-path=/etc/mcrouter-tls/servers/tls.crt',
    '--pem-key-path=/etc/mcrouter-tls/servers/tls.key',
  ])
  t.match(items, /"ca\.crt".*"tls\.crt".*"tls\.key"/)
})

t.test('the servers of a pool speak TLS alone, and routers know which do', async (t) => {
  const mcrouter = mcrouterWith({
    routers: { release: 'current' },
    pools: [{ name: 'users', servers: 1, tls: { secretName: 'pool-tls' }, args: ['-R', '40'] }],
  })
  const { manifests, config } = render(mcrouter, { clusterDomain: 'cluster.local' })
  const podOf = (name: string) => {
    const found = manifests.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === name)
    return at(found, 'spec', 'template', 'spec')
  }
  const container = at(podOf('cache-memcached-users'), 'containers', '0')
  t.same(
    at(container, 'args'),
    // biome-ignore format: as a command line
    ['-p', '11211', '-m', '256', '-I', '32m', '-c', '1024', '-Z', '-o', 'ssl_chain_cert=/etc/memcached-tls/tls.crt,ssl_key=/etc/memcached-tls/tls.key', '-R', '40'],
  )
  t.match(at(container, 'ports'), [{ name: 'memcached-tls', containerPort: 11211 }])
  t.match(at(container, 'volumeMounts'), [{ mountPath: '/etc/memcached-tls', readOnly: true }])
  t.match(at(podOf('cache-memcached-users'), 'volumes'), [{ secret: { secretName: 'pool-tls' } }])
  t.notMatch(JSON.stringify(podOf('cache-memcached')), /tls|volumes/)
  t.match(
    config,
    /"cache-memcached-users-0\.cache-memcached-users\.shop\.svc\.cluster\.local:11211:ascii:ssl"/,
  )
  t.match(config, /"cache-memcached-1\.[^"]+:11211"/)
})

t.test('routers trust the CA alone that the operator issues for their servers', async (t) => {
  const mcrouter = mcrouterWith({
    routers: { release: 'current' },
    memcached: { tls: { issuer: 'Operator' } },
    pools: [{ name: 'users', servers: 1, tls: { issuer: 'Operator' } }],
  })
  const { manifests } = render(mcrouter, { clusterDomain: 'cluster.local' })
  const podsOf = (wanted: string) =>
    manifests.filter(({ kind }) => kind === wanted).map((one) => at(one, 'spec', 'template', 'spec'))
  const secret = (keys: string[]) => ({
    secret: { secretName: 'cache-memcached-tls', items: keys.map((key) => ({ key, path: key })) },
  })
  const [routers] = podsOf('Deployment')
  t.match(at(routers, 'volumes', '1'), secret(['ca.crt']), 'and have no key of a server')
  t.same(tlsArgs(at(routers, 'containers', '0', 'args')), [
    '--port=5000',
    '--ssl-verify-peers',
    '--pem-ca-path=/etc/mcrouter-tls/servers/ca.crt',
  ])
  const servers = podsOf('StatefulSet')
  t.equal(servers.length, 2)
  for (const pod of servers) t.match(at(pod, 'volumes', '0'), secret(['tls.crt', 'tls.key']))
  t.notMatch(JSON.stringify(manifests), /ca\.key/)
})
