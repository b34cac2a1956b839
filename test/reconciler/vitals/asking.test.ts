import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import t, { type Test } from 'tap'
import { systemClock } from '../../../process/clock.ts'
import { dialPod } from '../../../reconciler/routers/dial.ts'
import { askOver } from '../../../reconciler/vitals/asking.ts'
import { TestAuthority } from '../../support/certificate.ts'
import { podWith } from '../pod.ts'

const HOST = '127.0.0.1'
const DAY_MS = 86_400_000

async function listening(t: Test, server: Server): Promise<number> {
  server.listen(0, HOST)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

/** That ends tomorrow. */
async function issued() {
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + DAY_MS
  const authority = await TestAuthority.create()
  const files = await authority.issue({ notBefore: notAfter - 60 * DAY_MS, notAfter })
  return { cert: files['tls.crt'], key: files['tls.key'], ca: files['ca.crt'], notAfter }
}

/** A router that listens with TLS alone. */
function asked(port: number) {
  const pod = podWith({ component: 'mcrouter', ip: HOST, port, tls: true, tlsPort: port })
  return askOver(dialPod, systemClock)(pod)
}

t.test('one that closes its port cannot use its certificate', async (t) => {
  const port = await listening(
    t,
    createServer((socket) => socket.resetAndDestroy()),
  )
  t.match(await asked(port), { kind: 'unreachable', unusable: /^it closes connections to its port for TLS/ })
})

t.test('a connection that is reset once says nothing of the certificate', async (t) => {
  const { cert, key, ca, notAfter } = await issued()
  const terminating = createTlsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true })
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    // The first is that of the question, which such a router does not answer.
    if (connections === 2) socket.resetAndDestroy()
    else terminating.emit('connection', socket)
  })
  const reply = await asked(await listening(t, server))
  t.match(reply, { kind: 'unreachable', served: { notAfter } })
  t.equal(connections, 3)
})

t.test('of one that wants a certificate from everybody, its own is seen all the same', async (t) => {
  const { cert, key, ca, notAfter } = await issued()
  const server = createTlsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true })
  const reply = await asked(await listening(t, server))
  t.match(reply, { kind: 'unreachable', served: { notAfter, endsSoon: true } })
  t.notHas(reply, { unusable: '' })
})

t.test('where nobody listens, nothing is said of a certificate', async (t) => {
  const server = createServer()
  const port = await listening(t, server)
  server.close()
  const reply = await asked(port)
  t.equal(reply.kind, 'unreachable')
  t.notOk('unusable' in reply || 'served' in reply)
})

/** A server that answers like memcached, with what it was sent. */
async function memcached(t: Test, options: TlsOptions) {
  const heard: string[] = []
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      heard.push(String(piece))
      socket.end('OK\r\nEND\r\n')
    })
  })
  return { port: await listening(t, server), heard }
}

t.test('a server that refuses handshakes is known as that, and no other is told anything', async (t) => {
  const { cert, key } = await issued()
  // Without any certificate it answers as memcached does with that of another key.
  const broken = await memcached(t, {})
  const well = await memcached(t, { cert, key })
  const pods = [broken, well].map(({ port }, ordinal) => podWith({ ip: HOST, port, tls: true, ordinal }))
  // As after a restart of the operator: nothing is known of them, and no connection is kept.
  const ask = askOver(dialPod, systemClock)
  const all = async () => {
    const replies = []
    for (const pod of pods) replies.push(await ask(pod))
    return replies
  }
  const refused = { kind: 'unreachable', unusable: /^it refuses every handshake/ }
  for (let round = 0; round < 3; round += 1)
    t.match(await all(), [refused, { kind: 'answered', served: { mayBeRenewed: true } }])
  t.strictSame(well.heard, Array(3).fill('stats\r\n'))
  for (const pod of pods.slice(0, 1)) ask.release?.(pod)
  await ask(pods[1] ?? podWith())
  t.match(well.heard.at(-1), /^refresh_certs/, 'once that one is gone')
})
