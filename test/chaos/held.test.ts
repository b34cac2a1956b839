import { once } from 'node:events'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { LIMITS } from '../../server/listener.ts'
import { REVIEW_LIMIT } from '../../server/routes/webhook.ts'
import { eventually } from '../support/deadline.ts'
import { mcrouterObject, reviewOf } from '../support/review.ts'
import { askUntil, Caller, servesAtOnce, unanswered } from './caller.ts'
import { handshaken, head, MEMORY, serve } from './crowded-server.ts'

const MIB = 1024 * 1024
/** Whose answers would be more than the memory. */
const DEAF = 150

const review = (uid: string) => {
  const body = JSON.stringify(reviewOf(mcrouterObject(), undefined, { uid }))
  return `${head(body.length)}${body}`
}
const SHORT = review('short')
/** Its answer is as long, more than the system's buffers hold of what a client does not read. */
const LONG = review('x'.repeat(4 * MIB))

t.test('all that clients can have held at once fits into the memory limit', async (t) => {
  const port = await serve(t)
  const apiServer = new Caller(port, 1)
  t.teardown(() => apiServer.close())
  t.equal(await apiServer.ask(), 'allowed')
  let most = 0
  const kept = await askUntil(hold(t, port), async () => {
    most = Math.max(most, await apiServer.memory())
    return await apiServer.ask()
  })
  t.same(unanswered(kept), [], 'and others are answered in time')
  t.equal(apiServer.dialled.size, 1, 'over a connection that is kept')
  t.ok(most < MEMORY, `${most} bytes`)
  t.comment(`${Math.round(most / MIB)} MiB at most`)
  await servesAtOnce(t, port)
})

/** As many connections as there may be, each of which has asked once; half-sent bodies; answers that nobody reads. */
async function hold(t: Test, port: number): Promise<void> {
  const open = async () => {
    const socket = await handshaken(port)
    t.teardown(() => socket.destroy())
    return socket
  }
  for (let count = 0; count < LIMITS.connections - 1; count += 1) await answered(await open())
  for (let count = 0; count < 12; count += 1) {
    const sender = await open()
    await sent(sender, `${head(REVIEW_LIMIT)}${' '.repeat(REVIEW_LIMIT - 1)}`)
  }
  for (let count = 0; count < DEAF; count += 1) await sent((await open()).pause(), LONG)
}

async function answered(socket: Socket): Promise<void> {
  const answer = once(socket, 'data')
  socket.write(SHORT)
  await answer
  socket.resume()
}

/** Resolves when the server has taken it, or has closed the connection. */
async function sent(socket: Socket, text: string): Promise<void> {
  socket.write(text)
  await eventually('it is taken', () => socket.writableLength === 0 || socket.destroyed)
}
