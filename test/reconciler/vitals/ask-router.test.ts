import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { systemClock } from '../../../reconciler/clock.ts'
import { RouterAsker } from '../../../reconciler/vitals/ask-router.ts'

/** A router on loopback, which takes connections as long as it is told to and may stop answering altogether. */
async function routerWith(t: Test, clients: number, timeoutMs = 5_000) {
  const behaviour = { takes: true, answers: true }
  const sockets = new Set<Socket>()
  const asked: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    if (!behaviour.takes) return
    socket.on('data', (request) => {
      asked.push(String(request))
      if (!behaviour.answers) return
      const isFirst = String(request) === 'stats\r\n'
      socket.write(isFirst ? `STAT num_client_connections ${clients}\r\nEND\r\n` : 'END\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const dial = (host: string, port: number) => connect({ host, port })
  const asker = new RouterAsker({ dial, clock: systemClock, timeoutMs })
  return { behaviour, sockets, asked, ask: () => asker.ask({ host: '127.0.0.1', port }) }
}

const said = (clients: number) => `STAT num_client_connections ${clients}\r\nEND\r\nEND\r\n`

t.test('a router is asked for its statistics and its suspects over one connection', async (t) => {
  const { ask, asked } = await routerWith(t, 3)
  t.strictSame(await ask(), { kind: 'answered', text: said(3) })
  t.strictSame(asked, ['stats\r\n', 'stats suspect_servers\r\n'])
})

t.test('one that takes no more clients answers on the connection that was kept', async (t) => {
  const { ask, behaviour } = await routerWith(t, 900, 200)
  t.match(await ask(), { kind: 'answered' })
  t.match(await ask(), { kind: 'answered' }, 'and goes on taking others meanwhile')
  behaviour.takes = false
  t.strictSame(await ask(), { kind: 'full', text: said(900) })
  t.strictSame(await ask(), { kind: 'full', text: said(900) })
  behaviour.takes = true
  t.match(await ask(), { kind: 'answered' })
})

t.test('one that hangs does not answer there either', async (t) => {
  const { ask, behaviour } = await routerWith(t, 900, 200)
  await ask()
  behaviour.answers = false
  t.strictSame(await ask(), { kind: 'hung' })
  t.strictSame(
    await ask(),
    { kind: 'silent' },
    'it is not asked there again: a late answer would be taken for the next',
  )
})

t.test('no connection is kept to one that has few clients, and one to one that has many', async (t) => {
  const few = await routerWith(t, 10, 200)
  await few.ask()
  few.behaviour.takes = false
  t.strictSame(await few.ask(), { kind: 'silent' })
  const many = await routerWith(t, 900)
  for (let i = 0; i < 3; i++) await many.ask()
  // The ends of the others arrive after the answer to the last.
  while (many.sockets.size > 1) await new Promise((resolve) => setImmediate(resolve))
  t.equal(many.sockets.size, 1)
})
