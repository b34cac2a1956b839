import { once } from 'node:events'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { REQUEST_LIMITS } from '../../render/parse-objects.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { REVIEW_LIMIT } from '../../server/routes/review-route.ts'
import { LIMITS } from '../../server/serving/http-server.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { askUntil, Caller, servesAtOnce, unanswered } from './caller.ts'
import { handshaken, head, MEMORY, serve } from './crowded-server.ts'

const MIB = 1024 * 1024
const LARGE_REVIEWS = 150
const RENDERINGS = 8

const review = (metadata: JsonObject) => {
  const body = JSON.stringify(reviewOf(mcrouterObject({}, metadata)))
  return `${head(body.length)}${body}`
}
const SHORT = review({})
const LARGE = review({ annotations: { note: 'x'.repeat(4 * MIB) } })

/** The longest answers that there are. */
const RENDERING = (() => {
  const pools = Array.from({ length: REQUEST_LIMITS.objects }, (_, index) =>
    mcrouterObject({}, { name: `cache-${index}` }),
  )
  const body = pools.map((pool) => `--- ${JSON.stringify(pool)}\n`).join('')
  return `${head(body.length, '/render')}${body}`
})()

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
  for (let count = 0; count < LARGE_REVIEWS; count += 1) await sent((await open()).pause(), LARGE)
  for (let count = 0; count < RENDERINGS; count += 1) await begun(await open(), RENDERING)
}

async function answered(socket: Socket): Promise<void> {
  const answer = once(socket, 'data')
  socket.write(SHORT)
  await answer
  socket.resume()
}

/** Resolves when the answer begins, of which nobody reads the rest. */
async function begun(socket: Socket, text: string): Promise<void> {
  const answer = once(socket, 'readable')
  socket.write(text)
  await answer
}

/** Resolves when the server has taken it, or has closed the connection. */
async function sent(socket: Socket, text: string): Promise<void> {
  socket.write(text)
  await eventually('it is taken', () => socket.writableLength === 0 || socket.destroyed)
}
