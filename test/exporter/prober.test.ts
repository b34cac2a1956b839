import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import t, { type Test } from 'tap'
import { MODULES } from '../../exporter/modules/modules.ts'
import { Prober } from '../../exporter/prober.ts'
import type { Target } from '../../exporter/targets/target.ts'
import { systemClock } from '../../process/clock.ts'
import { dialPod } from '../../reconciler/routers/dial.ts'
import { TestAuthority } from '../support/certificate.ts'
import { TestClock } from '../support/clock.ts'
import { MCROUTER, MEMCACHED, ROUTER, SERVER } from './target.ts'

const dial = ({ host, port }: { readonly host: string; readonly port: number }) => connect({ host, port })

interface Pod {
  readonly target: Target
  /** What it was sent. */
  heard: string
  connections: number
}

/** A pod on loopback that does so with each connection. */
async function pod(t: Test, behave: (socket: Socket) => void, as: Target = SERVER): Promise<Pod> {
  const server = createServer((socket) => {
    found.connections += 1
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      found.heard += piece
    })
    behave(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const found: Pod = {
    target: { ...as, port: (server.address() as AddressInfo).port },
    heard: '',
    connections: 0,
  }
  t.teardown(() => server.close())
  return found
}

const says = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text))
const DOWN = 'memcached_up{namespace="shop",mcrouter="cache",pool="main",shard="1",copy="0"} 0\n'

function prober(timeoutMs = 4_000, clock = systemClock): Prober {
  return new Prober({ dial, clock, timeoutMs })
}

t.test('a memcached', async (t) => {
  const { target, heard } = await pod(t, says(MEMCACHED)).then(async (one) => {
    const probe = await prober().probe(one.target, MODULES.memcached)
    t.match(probe, {
      kind: 'up',
      text: 'memcached_up{namespace="shop",mcrouter="cache",pool="main",shard="1",copy="0"} 1',
    })
    t.match(probe, {
      text: 'memcached_current_items{namespace="shop",mcrouter="cache",pool="main",shard="1",copy="0"} 2',
    })
    return one
  })
  t.ok(target)
  t.equal(heard, 'stats\r\nstats settings\r\nstats items\r\nstats slabs\r\n', 'nothing that changes anything')
})

t.test('a router', async (t) => {
  const one = await pod(t, says(MCROUTER), ROUTER)
  const probe = await prober().probe(one.target, MODULES.mcrouter)
  t.match(probe, { kind: 'up', text: 'mcrouter_up{namespace="shop",mcrouter="cache"} 1' })
  t.equal(one.heard, 'stats all\r\nstats servers\r\nget __mcrouter__.config_md5_digest\r\n')
})

t.test('what is down is said to be, and nothing else', async (t) => {
  const cases: [string, (socket: Socket) => void, RegExp][] = [
    ['it closes', (socket) => socket.destroy(), /closes|ECONNRESET/],
    ['it refuses', says('ERROR\r\n'), /refuses: ERROR/],
    ['it breaks off', says(MEMCACHED.slice(0, 500)), /closes/],
    ['it is something else', says(`${'END\r\n'.repeat(4)}`), /not answer as one of its tier/],
    ['it has no end', (socket) => void socket.on('data', () => socket.write('x'.repeat(300_000))), /end/],
    ['it speaks HTTP', says('HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n'), /closes/],
  ]
  for (const [what, behave, because] of cases) {
    const { target } = await pod(t, behave)
    const probe = await prober().probe(target, MODULES.memcached)
    t.match(probe, { kind: 'down', because }, what)
    t.equal('text' in probe && probe.text.endsWith(DOWN) && probe.text.split('\n').length, 4, what)
  }
  const nobody = await pod(t, () => {})
  const unused = { ...SERVER, port: nobody.target.port, host: '127.0.0.99' }
  t.match(await prober().probe(unused, MODULES.memcached), { kind: 'down', because: /ECONNREFUSED/ })
})

t.test('one that hangs costs a timeout', async (t) => {
  const clock = new TestClock()
  const { target } = await pod(t, () => {})
  const probing = prober(4_000, clock).probe(target, MODULES.memcached)
  await clock.advance(4_000)
  t.match(await probing, { kind: 'down', because: 'no answer within 4000 ms' })
  t.equal(clock.pending, 0)
})

t.test('a failure of ours says nothing of a pod', async (t) => {
  for (const code of ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENETUNREACH', 'EPERM']) {
    const failing = () => {
      const socket = connect({ host: '127.0.0.1', port: 1 })
      socket.on('error', () => {})
      socket.destroy(Object.assign(new Error(code), { code }))
      return socket
    }
    const probe = await new Prober({ dial: failing, clock: systemClock, timeoutMs: 4_000 }).probe(
      SERVER,
      MODULES.memcached,
    )
    t.strictSame(probe, { kind: 'unasked', because: code })
  }
})

t.test('nor does it when a pod wants a certificate', async (t) => {
  const files = await (await TestAuthority.create()).issue()
  const [cert, key, ca] = [files['tls.crt'], files['tls.key'], files['ca.crt']]
  const server = createTlsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const target = { ...ROUTER, port: (server.address() as AddressInfo).port, tls: true }
  const secure = new Prober({
    dial: ({ host, port, tls }) => dialPod(host, port, tls),
    clock: systemClock,
    timeoutMs: 4_000,
  })
  t.match(await secure.probe(target, MODULES.mcrouter), {
    kind: 'barred',
    text: '# it wants a certificate of its clients, and the exporter has none\n',
  })
})

t.test('nor does a defect: it is no answer at all, and nothing stays of it', async (t) => {
  const clock = new TestClock()
  const { target } = await pod(t, (socket) => void socket.write(MEMCACHED))
  const limits = {
    lines: 1,
    get bytes(): number {
      throw new TypeError('a defect')
    },
  }
  const asker = prober(4_000, clock)
  await t.rejects(asker.probe(target, { ...MODULES.memcached, limits }), { message: 'a defect' })
  t.equal(clock.pending, 0)
  t.equal(asker.running, 0)
})

t.test('neither does a timeout that comes much too late', async (t) => {
  const clock = new TestClock()
  // As a process finds it that had no turn for six seconds.
  const stalled = { ...clock, after: (ms: number, callback: () => void) => clock.after(ms + 2_000, callback) }
  const { target } = await pod(t, () => {})
  const asking = {
    dial,
    clock: { ...stalled, monotonic: () => clock.monotonic(), now: () => clock.now() },
    timeoutMs: 4_000,
  }
  const probing = new Prober(asking).probe(target, MODULES.memcached)
  await clock.advance(6_000)
  t.match(await probing, { kind: 'unasked', because: 'this process is overloaded' })
})

t.test('who asks for the same at the same time gets the same, over one connection', async (t) => {
  const waiting: Socket[] = []
  const one = await pod(t, (socket) => waiting.push(socket))
  const asker = prober()
  const both = [asker.probe(one.target, MODULES.memcached), asker.probe(one.target, MODULES.memcached)]
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  for (const socket of waiting) socket.end(MEMCACHED)
  const [first, second] = await Promise.all(both)
  t.equal(first, second)
  t.equal(one.connections, 1)
  t.equal(asker.running, 0)
  const next = asker.probe(one.target, MODULES.memcached)
  while (waiting.length === 1) await new Promise((resolve) => setImmediate(resolve))
  for (const socket of waiting) socket.end(MEMCACHED)
  t.not(await next, first, 'nothing is kept for the next')
})

t.test('pods of one namespace that hang keep nobody of another out', async (t) => {
  const clock = new TestClock()
  const asker = prober(4_000, clock)
  const hanging = await Promise.all(Array.from({ length: 40 }, () => pod(t, () => {})))
  const probes = hanging.map(({ target }) => asker.probe(target, MODULES.memcached))
  const busy = (await Promise.all(probes.slice(32))).map(({ kind }) => kind)
  t.strictSame(busy, Array(8).fill('busy'), 'half of the places are all that it gets')
  const well = await pod(t, says(MEMCACHED), { ...SERVER, namespace: 'other' })
  t.match(await asker.probe(well.target, MODULES.memcached), { kind: 'up' })
  await clock.advance(4_000)
  t.strictSame(
    (await Promise.all(probes.slice(0, 32))).map(({ kind }) => kind),
    Array(32).fill('down'),
  )
  t.equal(asker.running, 0)
})
