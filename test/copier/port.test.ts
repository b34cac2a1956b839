import { once } from 'node:events'
import { connect } from 'node:tls'
import t from 'tap'
import { issueAuthority, issueEphemeral } from '../../certs/authority.ts'
import { answer } from '../../copier/port/answer.ts'
import { listen } from '../../copier/port/listen.ts'
import { Works } from '../../copier/works.ts'
import { freePort } from '../../testing/control-plane/port.ts'

const now = Date.now()
const { certificate: clientCa } = await issueAuthority(now)
const { certificate: cert, key } = await issueEphemeral(now)
const works = new Works(() => {
  throw new Error('nobody is to give an order')
})
const port = await freePort()
const server = await listen(
  { host: '127.0.0.1', port, clientCa, certificate: { cert, key } },
  (request, response) => void answer(works, request, response),
)
t.teardown(() => server.close())

/** What is said over a connection of its own, and the session for another. */
async function get(path: string, session?: Buffer) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...(session && { session }) })
  let next: Buffer | undefined
  socket.on('session', (ticket) => {
    next = ticket
  })
  await once(socket, 'secureConnect')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return { status: Number(/ (\d+)/.exec(Buffer.concat(chunks).toString())?.[1]), session: next }
}

t.test('a session that is resumed is no certificate', async (t) => {
  const { status, session } = await get('/healthz')
  t.equal(status, 200)
  t.ok(session)
  t.equal((await get('/progress', session)).status, 403)
})
