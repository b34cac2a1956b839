import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import t, { type Test } from 'tap'
import { ResponseBudget } from '../../../server/serving/response-budget.ts'
import { eventually } from '../../../testing/deadline.ts'
import { mcrouterObject, reviewOf } from '../../../testing/review.ts'
import { serverWith } from '../../support/server.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** An answer on its way. */
interface Sent {
  readonly response: EventEmitter
  readonly connection: Duplex
}

function send(answers: ResponseBudget, bytes: number, connection = new Duplex({ read() {} })): Sent {
  const response = new EventEmitter()
  answers.hold(response, connection, bytes)
  return { response, connection }
}

const sendSome = (answers: ResponseBudget, count: number) =>
  Array.from({ length: count }, () => send(answers, 100 * KIB))

const closed = (sent: readonly Sent[]) => sent.map(({ connection }) => connection.destroyed)

t.test('beyond the limit, the answer that was not taken for the longest makes room', async (t) => {
  const sent = sendSome(new ResponseBudget(350 * KIB), 5)
  t.same(closed(sent), [true, true, false, false, false])
})

t.test('what has arrived takes no room', async (t) => {
  const answers = new ResponseBudget(350 * KIB)
  for (let count = 0; count < 10; count += 1) {
    const sent = send(answers, 100 * KIB)
    sent.response.emit('close')
    t.same(closed([sent]), [false])
  }
  t.same(closed(sendSome(answers, 4)), [true, false, false, false])
})

t.test('a connection has one listener, however many answers it does not take', async (t) => {
  const answers = new ResponseBudget(350 * KIB)
  const { connection } = send(answers, 20 * KIB)
  for (let count = 0; count < 12; count += 1) send(answers, 20 * KIB, connection)
  t.equal(connection.listenerCount('close'), 1)
})

t.test('nor what waits behind another answer when its connection closes', async (t) => {
  const answers = new ResponseBudget(350 * KIB)
  const { connection } = send(answers, 150 * KIB)
  send(answers, 150 * KIB, connection)
  connection.destroy()
  await once(connection, 'close')
  send(answers, 350 * KIB, connection)
  t.same(closed(sendSome(answers, 3)), [false, false, false])
})

t.test('one that is larger than the limit is sent, alone', async (t) => {
  const answers = new ResponseBudget(350 * KIB)
  const before = sendSome(answers, 3)
  t.same(closed([...before, send(answers, MIB)]), [true, true, true, false])
})

t.test('small ones are not counted: they fit into what a connection may cost', async (t) => {
  const answers = new ResponseBudget(350 * KIB)
  const small = Array.from({ length: 100 }, () => send(answers, 10 * KIB))
  t.notOk(closed(small).includes(true))
})

const LONG = 'GET /long HTTP/1.1\r\nhost: x\r\n\r\n'
const SHORT = (() => {
  const body = JSON.stringify(reviewOf(mcrouterObject()))
  const headers = `host: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`
  return `POST /mutate HTTP/1.1\r\n${headers}\r\n\r\n${body}`
})()

async function asking(t: Test, port: number, request: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(request)
  return socket
}

t.test('whatever is asked and not read: so much is held, and others are answered', async (t) => {
  const { app } = serverWith({ answers: new ResponseBudget(14 * MIB) })
  // More than the system's buffers hold of what a client does not read.
  app.get('/long', () => 'x'.repeat(4 * MIB))
  let open = 0
  app.server.on('connection', (socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  const address = app.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  for (let count = 1; count <= 10; count += 1) {
    const deaf = await asking(t, port, LONG)
    deaf.pause()
    await eventually('it is answered', () => deaf.writableLength === 0)
  }
  await eventually('the first are gone, and three of 4 MiB stay', () => open === 3)
  const reader = await asking(t, port, SHORT)
  const [answer] = await once(reader, 'data')
  t.match(`${answer}`, /^HTTP\/1.1 200 OK.*"allowed":true/s)
})
