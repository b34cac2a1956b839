import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, Socket } from 'node:net'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createMetrics } from '../../exporter/metrics.ts'
import { ProbeRoute } from '../../exporter/probe-route.ts'
import { Prober } from '../../exporter/prober.ts'
import type { Target } from '../../exporter/targets/target.ts'
import { type Clock, systemClock } from '../../process/clock.ts'
import { serveHealth } from '../../process/health.ts'
import { TestClock } from '../support/clock.ts'
import { MEMCACHED, ROUTER, SERVER } from './target.ts'

const dial = ({ host, port }: { readonly host: string; readonly port: number }) => connect({ host, port })

interface Exporter {
  readonly url: string
  unsynced: string | undefined
  metrics(): Promise<string>
}

/** With these targets, by what is given as theirs. */
function assembled(targets: Readonly<Record<string, Target>>, clock: Clock = systemClock) {
  const prober = new Prober({ dial, clock, timeoutMs: 4_000 })
  const metrics = createMetrics({
    running: () => prober.running,
    targets: () => ({ mcrouter: 1, memcached: 2 }),
  })
  const state: { unsynced: string | undefined } = { unsynced: undefined }
  const route = new ProbeRoute({
    find: ({ host, port }) => targets[`${host}:${port}`],
    unsynced: () => state.unsynced,
    prober,
    metrics,
    log: pino({ level: 'silent' }),
  })
  return { state, route, metrics }
}

async function exporter(t: Test, targets: Readonly<Record<string, Target>>): Promise<Exporter> {
  const { state, route, metrics } = assembled(targets)
  const well = () => undefined
  const health = { livenessProblem: well, readinessProblem: well, registry: metrics.registry, route }
  const server = await serveHealth(health, '127.0.0.1', 0)
  t.teardown(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(state, { url, metrics: async () => (await fetch(`${url}/metrics`)).text() })
}

async function ask({ url }: Exporter, query: string, method = 'GET'): Promise<string> {
  const response = await fetch(`${url}/probe${query}`, { method })
  return `${response.status} ${await response.text()}`.trim()
}

/** On loopback; answers with this text. */
async function pod(t: Test, text: string): Promise<Target> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(text))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { ...SERVER, port: (server.address() as AddressInfo).port }
}

t.test('a pod, as Prometheus asks for it', async (t) => {
  const target = await pod(t, MEMCACHED)
  const one = await exporter(t, { '10.0.0.1:11211': target })
  const response = await fetch(`${one.url}/probe?module=memcached&target=10.0.0.1:11211&other=x`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.match(await response.text(), /^# HELP memcached_up .*\n# TYPE memcached_up gauge\nmemcached_up\{.*\} 1\n/)
  const metrics = await one.metrics()
  t.match(metrics, 'mcrouter_operator_exporter_probes_total{module="memcached",outcome="up"} 1')
  t.match(metrics, 'mcrouter_operator_exporter_probe_duration_seconds_count{module="memcached"} 1')
  t.match(metrics, 'mcrouter_operator_exporter_probes_in_flight 0')
  t.match(metrics, 'mcrouter_operator_exporter_targets{module="memcached"} 2')
})

t.test('a call that is wrong is told how', async (t) => {
  const one = await exporter(t, { '10.0.0.1:11211': SERVER, '10.0.0.2:5000': ROUTER })
  const target = '400 give one target=IP:PORT, the address of a pod'
  const module = '400 give one module: mcrouter or memcached'
  t.equal(await ask(one, ''), target)
  t.equal(await ask(one, '?module=memcached'), target)
  t.equal(await ask(one, '?module=memcached&target=cache:11211'), target)
  t.equal(await ask(one, '?module=memcached&target=10.0.0.1:11211&target=10.0.0.2:5000'), target)
  t.equal(await ask(one, '?target=10.0.0.1:11211'), module)
  t.equal(await ask(one, '?target=10.0.0.1:11211&module=constructor'), module)
  t.equal(await ask(one, '?target=10.0.0.1:11211&module=memcached&module=mcrouter'), module)
  t.equal(
    await ask(one, '?target=10.0.0.1:11211&module=mcrouter'),
    '400 10.0.0.1:11211 is of module=memcached',
  )
  t.equal(await ask(one, '?target=10.0.0.2:5000&module=memcached'), '400 10.0.0.2:5000 is of module=mcrouter')
  t.equal(
    await ask(one, '?target=10.0.0.3:5000&module=mcrouter'),
    '404 10.0.0.3:5000 is no pod of a Mcrouter',
  )
  t.equal(await ask(one, '?target=10.0.0.2:5000&module=mcrouter', 'POST'), '405 GET or HEAD only')
  t.equal(await ask(one, '?target=10.0.0.2:5000&module=mcrouter', 'HEAD'), '405')
  t.match(await one.metrics(), 'mcrouter_operator_exporter_probes_total{module="",outcome="unknown"} 1')
  t.match(await one.metrics(), 'mcrouter_operator_exporter_probes_total{module="",outcome="invalid"} 9')
})

t.test('a router is asked at one of its ports, and of the other there is nothing to tell', async (t) => {
  const target = { ...ROUTER, tlsPort: 5001 }
  const one = await exporter(t, { '10.0.0.2:5001': target })
  const response = await fetch(`${one.url}/probe?module=mcrouter&target=10.0.0.2:5001`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.equal(await response.text(), '# this router is asked at 127.0.0.1:5000, its port without TLS\n')
  t.equal(await ask(one, '?target=10.0.0.2:5001&module=memcached'), '400 10.0.0.2:5001 is of module=mcrouter')
  t.match(await one.metrics(), 'mcrouter_operator_exporter_probes_total{module="",outcome="elsewhere"} 1')
})

t.test('before all pods are known, one that is not may be one', async (t) => {
  const one = await exporter(t, {})
  one.unsynced = 'waiting for the first lists'
  t.equal(await ask(one, '?target=10.0.0.3:5000&module=mcrouter'), '503 waiting for the first lists')
})

t.test('a pod of a namespace that holds its places is not said to be down', async (t) => {
  const silent: Socket[] = []
  const server = createServer((socket) => silent.push(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const hosts = Array.from({ length: 33 }, (_, index) => `127.0.1.${index + 1}`)
  const everywhere = createServer((socket) => silent.push(socket.on('error', () => {}))).listen(0, '0.0.0.0')
  await once(everywhere, 'listening')
  t.teardown(() => everywhere.close())
  const at = (everywhere.address() as AddressInfo).port
  t.not(port, at)
  const targets = Object.fromEntries(hosts.map((host) => [`${host}:${at}`, { ...SERVER, host, port: at }]))
  const one = await exporter(t, targets)
  const calls = hosts
    .slice(0, 32)
    .map((host) => fetch(`${one.url}/probe?module=memcached&target=${host}:${at}`))
  const late = `?module=memcached&target=${hosts[32]}:${at}`
  while (silent.length < 32) await new Promise((resolve) => setImmediate(resolve))
  const refused = await fetch(`${one.url}/probe${late}`)
  t.equal(refused.status, 503)
  t.equal(refused.headers.get('retry-after'), '1')
  t.notMatch(await refused.text(), 'memcached_up')
  for (const socket of silent) socket.destroy()
  for (const call of calls) t.match(await (await call).text(), /memcached_up\{.*\} 0\n$/)
})

t.test('answers that are not read are bounded', async (t) => {
  // Of a router of 1,024 servers, some 2 MB each.
  const lines = Array.from(
    { length: 1_024 },
    (_, index) => `STAT ${'x'.repeat(99)}${index}.example.com:11211 up:1;\r\n`,
  )
  const text = `STAT commandargs x\r\nSTAT num_servers 1\r\nEND\r\n${lines.join('')}END\r\nEND\r\n`
  const target = { ...(await pod(t, text)), place: undefined }
  // However slow the machine is: no time passes.
  const { route } = assembled({ '10.0.0.1:5000': target }, new TestClock())
  const call = new IncomingMessage(new Socket())
  call.url = '/probe?module=mcrouter&target=10.0.0.1:5000'
  const asked = async () => {
    // It has no socket, and so nobody reads it.
    const response = new ServerResponse(call)
    route.answer(call, response)
    while (!response.writableEnded) await new Promise((resolve) => setImmediate(resolve))
    return response
  }
  const responses: ServerResponse[] = []
  while (responses.at(-1)?.statusCode !== 503 && responses.length < 100) responses.push(await asked())
  t.match(responses.length, /^1\d$/, 'so many of 2 MB make 32')
  for (const response of responses) response.emit('close')
  t.equal((await asked()).statusCode, 200, 'those that are read or given up make room')
})
