import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { systemClock } from '../../../process/clock.ts'
import { ask } from '../../../reconciler/vitals/ask.ts'

const LIMITS = { bytes: 1024, pieces: 64 }

/** Asks somebody who does that with a connection. */
async function reply(t: Test, serve: (socket: Socket) => void, timeoutMs = 5_000) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const caller = {
    dial: (host: string, port: number) => connect({ host, port }),
    clock: systemClock,
    timeoutMs,
  }
  return await ask(caller, { host: '127.0.0.1', port }, 'stats\r\n', LIMITS)
}

t.test('an answer, and a line that refuses one, are answers', async (t) => {
  const said = (text: string) => reply(t, (socket) => void socket.write(text))
  t.strictSame(await said('STAT a 1\r\nEND\r\n'), { kind: 'answered', text: 'STAT a 1\r\nEND\r\n' })
  t.match(await said('CLIENT_ERROR bad stats command\r\n'), { kind: 'answered' })
  t.match(await reply(t, (socket) => void socket.end('ERROR Too many open connections\r\n')), {
    kind: 'answered',
    text: /^ERROR Too many/,
  })
})

t.test('a process that takes the connection and says nothing is silent', async (t) => {
  t.strictSame(await reply(t, () => undefined, 50), { kind: 'silent' })
})

t.test('one that hangs up, or floods, is not known', async (t) => {
  t.match(await reply(t, (socket) => socket.destroy()), { kind: 'unreachable' })
  t.match(await reply(t, (socket) => void socket.write('x'.repeat(2_000))), {
    kind: 'unreachable',
    because: 'its answer does not end',
  })
})

t.test('nor is one that cannot be connected to', async (t) => {
  const caller = {
    dial: (host: string, port: number) => connect({ host, port }),
    clock: systemClock,
    timeoutMs: 5_000,
  }
  t.match(await ask(caller, { host: '127.0.0.1', port: 1 }, 'stats\r\n', LIMITS), {
    kind: 'unreachable',
    because: /ECONNREFUSED/,
  })
})
