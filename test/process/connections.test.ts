import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import t, { type Test } from 'tap'
import { issueEphemeral } from '../../certs/authority.ts'
import { boundConnections } from '../../process/connections.ts'
import { eventually } from '../../testing/deadline.ts'

const { certificate, key, bundle } = await issueEphemeral(Date.now())

const LIMIT = 4
const [API_SERVER, STRANGER, ANOTHER] = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
/** More than the system's buffers hold of what a client does not read. */
const LARGE = Buffer.alloc(16 * 1024 * 1024, 'x')
const HALF = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf'

interface Crowded {
  /** A connection that the server has accepted, from this host. */
  enter(host?: string): Promise<Socket>
  /** As that, without a handshake. */
  knock(host?: string): Promise<Socket>
  connections(): Promise<number>
}

/** A server for four connections, with TLS and without. */
async function crowded(t: Test, protocol: 'http' | 'https', handler: RequestListener): Promise<Crowded> {
  const server: Server =
    protocol === 'http' ? createServer(handler) : createSecure({ cert: certificate, key }, handler)
  boundConnections(server, LIMIT)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close().closeAllConnections())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const connected = async (open: () => Socket, event: string) => {
    const accepted = once(server, 'connection')
    const socket = open().on('error', () => {})
    t.teardown(() => socket.destroy())
    const refused = once(socket, 'close').then(() => Promise.reject(new Error('the connection was refused')))
    await Promise.race([Promise.all([accepted, once(socket, event)]), refused])
    return socket
  }
  const knock = (localAddress = '127.0.0.1') =>
    connected(() => connect({ port, host: '127.0.0.1', localAddress }), 'connect')
  return {
    knock,
    enter: (localAddress = '127.0.0.1') =>
      protocol === 'http'
        ? knock(localAddress)
        : connected(
            () =>
              connectSecure({
                socket: connect({ port, host: '127.0.0.1', localAddress }),
                host: '127.0.0.1',
                ca: bundle,
              }),
            'secureConnect',
          ),
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  }
}

/** The status of the answer to a request; of a connection that is closed, none. */
async function ask(socket: Socket): Promise<string> {
  if (isClosed(socket)) return 'closed'
  return await new Promise((resolve) => {
    const closed = () => resolve('closed')
    socket.once('close', closed).once('data', (answer) => {
      socket.off('close', closed)
      resolve(`${answer}`.split(' ', 2).join(' '))
    })
    socket.write(GET)
  })
}

const isClosed = (socket: Socket) => socket.destroyed || socket.readableEnded

for (const protocol of ['http', 'https'] as const) {
  const answer: RequestListener = (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  }

  t.test(`${protocol}: who owes its request for the longest gives way, and who asks does not`, async (t) => {
    const { enter, knock, connections } = await crowded(t, protocol, answer)
    const kept = await enter()
    t.equal(await ask(kept), 'HTTP/1.1 200')
    const silent = await knock()
    const half = await enter()
    half.write(HALF)
    const crowd: Socket[] = []
    for (let count = 0; count < 20; count += 1) crowd.push(await knock())
    await eventually('the silent one is closed', () => isClosed(silent))
    await eventually('the half request is closed', () => isClosed(half))
    await eventually('the oldest of the crowd are', () => crowd.slice(0, -LIMIT).every(isClosed))
    t.equal(await ask(kept), 'HTTP/1.1 200', 'as often as it likes')
    t.equal(await ask(await enter()), 'HTTP/1.1 200', 'and so may a newcomer')
    t.ok((await connections()) <= LIMIT)
  })

  t.test(`${protocol}: between idle ones, the one that was idle for the longest gives way`, async (t) => {
    const { enter } = await crowded(t, protocol, answer)
    const idle: Socket[] = []
    for (let count = 0; count < LIMIT; count += 1) idle.push(await enter())
    for (const socket of idle) await ask(socket)
    const [first, second, third] = idle
    if (first) t.equal(await ask(first), 'HTTP/1.1 200', 'the first is now the one that asked last')
    await ask(await enter())
    await eventually('the second is closed', () => second !== undefined && isClosed(second))
    await ask(await enter())
    await eventually('the third is closed', () => third !== undefined && isClosed(third))
    t.notOk(first && isClosed(first))
  })

  t.test(`${protocol}: who takes no answer gives way, and who takes its own does not`, async (t) => {
    const { enter, connections } = await crowded(t, protocol, ({ url = '' }, response) => {
      response.end(url === '/large' ? LARGE : 'ok')
    })
    const kept = await enter()
    for (let count = 0; count < 3 * LIMIT; count += 1) {
      const deaf = await enter()
      deaf.pause().write(GET.replace('/', '/large'))
      t.equal(await ask(kept), 'HTTP/1.1 200')
    }
    t.equal(await ask(await enter()), 'HTTP/1.1 200', 'a newcomer is served')
    t.ok((await connections()) <= LIMIT)
  })

  t.test(`${protocol}: among idle ones, newcomers do not take the place of each other`, async (t) => {
    const { enter } = await crowded(t, protocol, answer)
    for (let count = 0; count < LIMIT; count += 1) await ask(await enter())
    const newcomers = await Promise.all([enter(), enter()])
    t.same(await Promise.all(newcomers.map(ask)), Array(2).fill('HTTP/1.1 200'))
  })

  t.test(`${protocol}: one host evicts none of another that has no more than its share`, async (t) => {
    const { enter, knock } = await crowded(t, protocol, answer)
    const [used, unused] = [await enter(API_SERVER), await enter(API_SERVER)]
    t.equal(await ask(used), 'HTTP/1.1 200')
    for (let count = 0; count < 3 * LIMIT; count += 1) await ask(await enter(STRANGER))
    for (let count = 0; count < 3 * LIMIT; count += 1) await knock(STRANGER)
    t.equal(await ask(used), 'HTTP/1.1 200', 'neither one that is kept for the next call')
    t.equal(await ask(unused), 'HTTP/1.1 200', 'nor one that has not been needed yet')
    t.equal(await ask(await enter(ANOTHER)), 'HTTP/1.1 200', 'nor does it keep out a third')
    t.equal(await ask(await enter(STRANGER)), 'HTTP/1.1 200', 'and it has its share itself')
  })

  t.test(`${protocol}: whoever has sent a whole request is answered; newcomers are refused`, async (t) => {
    const waiting: ServerResponse[] = []
    const { enter, knock } = await crowded(t, protocol, (_, response) => waiting.push(response))
    const asking = []
    for (let count = 1; count <= LIMIT; count += 1) {
      asking.push(ask(await enter()))
      await eventually('its request has come', () => waiting.length === count)
    }
    const newcomer = await knock()
    await eventually('a newcomer is refused', () => isClosed(newcomer))
    for (const response of waiting) response.end('ok')
    t.same(await Promise.all(asking), Array(LIMIT).fill('HTTP/1.1 200'))
  })
}
