import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { lookupBy } from '../../../reconciler/scaling/lookup.ts'

const TYPE_A = 1
/** Of a DNS header (RFC 1035 section 4.1.1): a response, recursion desired and available, no error. */
const RESPONSE = 0x8180
const NXDOMAIN = 3
const SERVFAIL = 2

/** A name server on loopback; `answer` says what becomes of a query, undefined that it gets no answer. */
async function nameServer(t: Test, answer: (query: Buffer) => Buffer | undefined): Promise<Resolver> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const response = answer(query)
    if (response !== undefined) socket.send(response, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  const resolver = new Resolver({ timeout: 200, tries: 1 })
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  return resolver
}

/** The question of a query of one name (section 4.1.2), without what EDNS adds. */
function question(query: Buffer): Buffer {
  return query.subarray(12, query.indexOf(0, 12) + 5)
}

function response(query: Buffer, code: number, address?: readonly number[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(RESPONSE | code, 2)
  header.writeUInt16BE(address === undefined ? 0 : 1, 6)
  header.writeUInt16BE(0, 10)
  // A pointer to the name asked for, type A, class IN, 30 seconds, four bytes (section 4.1.3).
  const record = address === undefined ? [] : [0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 30, 0, 4, ...address]
  return Buffer.concat([header, question(query), Buffer.from(record)])
}

t.test('the addresses of a name, of whichever family it has', async (t) => {
  const resolver = await nameServer(t, (query) => {
    const isA = question(query).readUInt16BE(question(query).length - 4) === TYPE_A
    return response(query, 0, isA ? [10, 0, 0, 7] : undefined)
  })
  t.strictSame(await lookupBy(resolver)('cache-memcached-2.cache-memcached.shop.svc.k8s'), ['10.0.0.7'])
})

t.test(
  'a name that DNS does not have is an answer, silence and a failing name server are none',
  async (t) => {
    const lookup = async (answer: (query: Buffer) => Buffer | undefined) =>
      lookupBy(await nameServer(t, answer))('cache-memcached-2.cache-memcached.shop.svc.k8s')
    t.strictSame(await lookup((query) => response(query, NXDOMAIN)), [])
    t.equal(await lookup((query) => response(query, SERVFAIL)), undefined)
    t.equal(await lookup(() => undefined), undefined)
  },
)
