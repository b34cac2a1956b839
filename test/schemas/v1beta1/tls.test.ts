import assert from 'node:assert/strict'
import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Resources } from '../../../schemas/mcrouter.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { objectOf, said } from './judged.ts'
import { BOTH } from './version.ts'

const CLIENTS = { secretName: 'cache-tls' }
const withClients = (clients: JsonObject, router: JsonObject = {}) => ({
  router: { ...router, tls: { clients: { ...CLIENTS, ...clients } } },
})

function judged(spec: JsonObject, stored?: JsonObject) {
  const options = { versions: BOTH, ...(stored !== undefined && { stored: objectOf(stored) }) }
  const judgement = judge(objectOf(spec), options)
  assert(judgement.accepted, JSON.stringify(judgement))
  return judgement
}

t.test('of TLS a spec says as much as it wants to', async (t) => {
  const { clientTls } = judged(withClients({})).mcrouter.routers
  t.same(clientTls, { ...CLIENTS, port: 5001, requireClientCertificate: false, plain: true })
  t.equal(judged({ router: { tls: {} } }).mcrouter.routers.clientTls, undefined)
  t.equal(judged({}).mcrouter.routers.clientTls, undefined)
  t.same(said({ router: { tls: { clients: {} } } }), [
    'spec.router.tls.clients.secretName: Required value: must be the name of a Secret: lower-case letters, digits, "-" and "."',
  ])
  t.match(said(withClients({ secretName: '../etc' })), [/secretName: Invalid value: "\.\.\/etc"/])
  t.match(said(withClients({ port: 443 })), [/tls\.clients\.port: .*lower ports are for root/])
})

t.test('release 37 has no certificate for clients', async (t) => {
  t.match(said(withClients({}, { release: '37' })), [
    /^spec\.router\.tls\.clients: Invalid value: must be left out with router\.release 37, .*take 40, 41 or current/,
  ])
  for (const release of ['40', '41', 'current']) t.same(said(withClients({}, { release })), [], release)
})

t.test('two ports are two ports', async (t) => {
  const taken = /^spec\.router\.tls\.clients\.port: .*5000: must be another than router\.port, unless/
  t.match(said(withClients({ port: 5000 })), [taken])
  t.match(said(withClients({}, { port: 5001 })), [/5001: must be another/])
  t.same(said(withClients({ port: 5000, plain: false })), [], 'where there is but one')
})

t.test('what has a field is no argument', async (t) => {
  t.match(said({ router: { args: ['--ssl-port=5001'] } }), [/router\.tls/])
  t.match(said({ router: { args: ['--server-pem-cert-path=/x'] } }), [/router\.tls/])
})

t.test('who closes the port without TLS is told whom that cuts off', async (t) => {
  const closed = withClients({ plain: false })
  const warned = (spec: JsonObject, stored?: JsonObject) =>
    judged(spec, stored).warnings.filter((warning) => warning.includes('tls'))
  t.match(warned(closed, {}), [/plain is false: clients lose port 5000 at once, and find port 5001/])
  t.match(warned(closed, withClients({})), [/clients lose port 5000/])
  t.same(warned(closed, closed), [])
  t.same(warned(closed), [], 'nobody uses it yet')
  const mutual = withClients({ plain: false, requireClientCertificate: true })
  t.match(warned(mutual), [/the operator has none/])
  t.same(warned(withClients({ requireClientCertificate: true })), [])
})

t.test('TLS to servers, with a CA or with none that is looked at', async (t) => {
  const unverified = (spec: JsonObject) =>
    judged(spec).warnings.filter((warning) => warning.includes('look at no certificate'))
  const tls = { servers: { secretName: 'cache-ca' } }
  const speaking = [
    { memcached: { tls: { secretName: 'pool-tls' } } },
    { pools: [{ name: 'old', external: [{ host: '10.8.0.4', tls: true }] }] },
  ]
  for (const spec of speaking) {
    t.match(unverified(spec), [/^spec\.router\.tls\.servers is not set/])
    t.same(unverified({ ...spec, router: { tls } }), [])
  }
  t.same(unverified({}), [])
  const { serverTls } = judged({ router: { tls } }).mcrouter.routers
  t.same(serverTls, { secretName: 'cache-ca', clientCertificate: false })
})

t.test('release 37 speaks no TLS to servers', async (t) => {
  const router = { release: '37' }
  const external = [{ host: '10.8.0.4' }, { host: '10.8.0.5', tls: true }]
  for (const [path, spec] of [
    ['router.tls.servers', { router: { ...router, tls: { servers: { secretName: 'a' } } } }],
    ['memcached.tls', { memcached: { tls: { secretName: 'a' } }, router }],
    ['pools[0].external[1].tls', { pools: [{ name: 'a', external }], router }],
  ] as const)
    t.match(said(spec), [`spec.${path}: Invalid value: must be left out with router.release 37`])
})

t.test('a connection over TLS takes more memory', async (t) => {
  const secure = { memcached: { memory: '1Gi', tls: { secretName: 'a' } } }
  const memory = ({
    pools: [main],
  }: {
    readonly pools: readonly [{ readonly resources: Resources }, ...unknown[]]
  }) => main.resources.limits.memory
  t.equal(memory(judged({ memcached: { memory: '1Gi' } }).mcrouter), '1267Mi')
  t.equal(memory(judged(secure).mcrouter), '1285Mi')
  const limited = (limit: string) =>
    said({ memcached: { ...secure.memcached, pod: { resources: { limits: { memory: limit } } } } })
  t.match(limited('1100Mi'), [/must be at least 1114Mi/])
  t.same(limited('1114Mi'), [])
})

t.test('turning TLS of servers on or off is an outage, another Secret is a restart', async (t) => {
  const secure = (secretName: string) => ({ memcached: { tls: { secretName } } })
  const warned = (spec: JsonObject, stored: JsonObject) => judged(spec, stored).warnings.join('\n')
  const outage = /spec\.memcached\.tls changes: routers reach no server until it has restarted/
  t.match(warned(secure('a'), {}), outage)
  t.match(warned({}, secure('a')), outage)
  t.match(warned(secure('b'), secure('a')), /restarts the memcached servers one by one/)
  t.notMatch(warned(secure('b'), secure('a')), outage)
})

t.test('a gutter that is made for a pool speaks as that does', async (t) => {
  const { pools } = judged({ memcached: { gutter: {}, tls: { secretName: 'a' } } }).mcrouter
  t.match(pools, [{ tls: { secretName: 'a' } }, { name: 'gutter', tls: { secretName: 'a' } }])
})

t.test('options of memcached about certificates have their field', async (t) => {
  t.match(said({ memcached: { args: ['-Z'] } }), [/belongs to TLS, of which the field tls of the pool/])
})
