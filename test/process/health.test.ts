import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Registry } from 'prom-client'
import t from 'tap'
import { serveHealth } from '../../process/health.ts'
import { createMetrics } from '../../reconciler/metrics/metrics.ts'

const complaints: { livenessProblem: string | undefined; readinessProblem: string | undefined } = {
  livenessProblem: undefined,
  readinessProblem: undefined,
}
const metrics = createMetrics()
let more: () => Iterable<string> = () => []
const server = await serveHealth(
  {
    livenessProblem: () => complaints.livenessProblem,
    readinessProblem: () => complaints.readinessProblem,
    registry: metrics.registry,
    moreMetrics: () => more(),
  },
  '127.0.0.1',
  0,
)
t.teardown(() => server.close().closeAllConnections())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function ask(path: string, method = 'GET'): Promise<string> {
  const response = await fetch(url + path, { method })
  return `${response.status} ${(await response.text()).trim()}`
}

t.test('alive and ready are told apart, each with what is wrong', async (t) => {
  t.equal(await ask('/healthz'), '200 ok')
  t.equal(await ask('/readyz'), '200 ok')
  complaints.readinessProblem = 'waiting for the first lists'
  t.equal(await ask('/healthz'), '200 ok')
  t.equal(await ask('/readyz'), '503 waiting for the first lists')
  complaints.livenessProblem = 'nothing was heard'
  t.equal(await ask('/healthz?verbose'), '503 nothing was heard')
})

t.test('metrics have the names of controller-runtime', async (t) => {
  metrics.queue.ended?.('shop/cache', { kind: 'done' })
  metrics.queue.ended?.('shop/cache', { kind: 'retry', error: new Error('no') })
  metrics.queue.worked?.(0.02)
  metrics.request('PATCH', '409')
  const text = await ask('/metrics')
  t.match(text, 'controller_runtime_reconcile_total{controller="mcrouter",result="success"} 1')
  t.match(text, 'controller_runtime_reconcile_total{controller="mcrouter",result="error"} 1')
  t.match(text, 'controller_runtime_reconcile_errors_total{controller="mcrouter"} 1')
  t.match(text, 'controller_runtime_reconcile_time_seconds_count{controller="mcrouter"} 1')
  t.match(text, 'rest_client_requests_total{method="PATCH",code="409"} 1')
  t.match(text, 'process_resident_memory_bytes')
})

t.test('metrics that come piece by piece follow, and one that fails breaks the answer off', async (t) => {
  more = () => ['one 1\n', 'two 2\n']
  t.match(await ask('/metrics'), /^200 # HELP .*\none 1\ntwo 2$/s)
  more = function* () {
    yield 'one 1\n'
    throw new Error('no')
  }
  await t.rejects(ask('/metrics'), 'half an answer is none')
  more = () => []
  t.match(await ask('/metrics'), /^200 /)
})

t.test('everything else is refused in words', async (t) => {
  t.equal(await ask('/other'), '404 there are /healthz, /readyz and /metrics')
  t.equal(await ask('/healthz', 'POST'), '405 GET or HEAD only')
})

t.test('whoever connects and says nothing keeps no probe out', async (t) => {
  const { port } = server.address() as AddressInfo
  const silent = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      await once(socket, 'connect')
      return socket
    }),
  )
  // Over a connection of its own, as kubelet has it.
  const [response] = await once(get({ port, host: '127.0.0.1', path: '/metrics', agent: false }), 'response')
  t.equal(response.resume().statusCode, 200)
  for (const socket of silent) socket.destroy()
})

t.test('an address that is taken is an error of the caller', async (t) => {
  const { port } = server.address() as AddressInfo
  const nothing = {
    livenessProblem: () => undefined,
    readinessProblem: () => undefined,
    registry: new Registry(),
  }
  await t.rejects(serveHealth(nothing, '127.0.0.1', port), {
    code: 'MCR_ERR_LISTEN',
    message: /^cannot listen on 127.0.0.1:\d+: it is in use by another process/,
  })
})
