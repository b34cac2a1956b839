import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { systemClock } from '../../../process/clock.ts'
import { RouterAsker } from '../../../reconciler/vitals/ask-router.ts'
import { pulseAfter, UNKNOWN } from '../../../reconciler/vitals/pulse.ts'
import { eventually } from '../../../testing/deadline.ts'

/** A router on loopback, which takes connections as long as it is told to and may stop answering altogether. */
async function routerWith(t: Test, clients: number, timeoutMs = 5_000) {
  const behaviour = { takes: true, answers: true }
  const sockets = new Set<Socket>()
  const asked: string[] = []
  const unanswered: (() => void)[] = []
  const answerTo = (request: unknown) =>
    String(request) === 'stats\r\n' ? `STAT num_client_connections ${clients}\r\nEND\r\n` : 'END\r\n'
  /** To both questions, and returns when the second one has arrived. */
  const answerLate = async () => {
    while (unanswered.length > 0) {
      const before = asked.length
      unanswered.shift()?.()
      if (asked[before - 1] !== 'stats\r\n') break
      await eventually('the next question', () => asked.length > before)
    }
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    if (!behaviour.takes) return
    socket.on('data', (request) => {
      asked.push(String(request))
      if (!behaviour.answers) {
        unanswered.push(() => socket.write(answerTo(request)))
        return
      }
      socket.write(answerTo(request))
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
  const router = { host: '127.0.0.1', port }
  const [ask, release] = [() => asker.ask(router), () => asker.release(router)]
  return { behaviour, sockets, asked, answerLate, ask, release }
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

t.test('one that hangs does not answer there either, however often it is asked', async (t) => {
  const { ask, behaviour } = await routerWith(t, 900, 200)
  await ask()
  behaviour.answers = false
  for (let i = 0; i < 3; i++) t.strictSame(await ask(), { kind: 'hung' })
})

t.test('what becomes of it', async (t) => {
  const states = async (steps: readonly ('full' | 'slow' | 'hung')[]) => {
    const { ask, behaviour, answerLate } = await routerWith(t, 900, 200)
    let pulse = pulseAfter(UNKNOWN, await ask(), 'mcrouter')
    const seen: string[] = []
    for (const step of steps) {
      Object.assign(behaviour, { takes: false, answers: step === 'full' })
      pulse = pulseAfter(pulse, await ask(), 'mcrouter')
      seen.push(`${pulse.state} ${pulse.silences}`)
      if (step === 'slow') await answerLate()
    }
    return seen
  }
  t.strictSame(
    await states(['full', 'full', 'hung', 'hung', 'hung']),
    ['answering 1', 'full 0', 'full 1', 'silent 2', 'silent 3'],
    'full, and then it hangs',
  )
  t.strictSame(
    await states(['slow', 'slow', 'slow', 'slow', 'slow', 'slow']),
    ['answering 1', 'full 0', 'full 1', 'full 0', 'full 1', 'full 0'],
    'full, and it takes longer than the timeout for each answer',
  )
})

t.test('a connection that is kept gathers no listeners', async (t) => {
  const warnings: string[] = []
  const warned = (warning: Error) => warnings.push(warning.message)
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))
  const { ask, behaviour } = await routerWith(t, 900, 100)
  await ask()
  behaviour.takes = false
  for (let i = 0; i < 12; i++) t.match(await ask(), { kind: 'full' })
  t.strictSame(warnings, [])
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

t.test('the connection that was kept goes with the router that is asked no more', async (t) => {
  const { ask, release, sockets } = await routerWith(t, 1_000)
  await ask()
  t.equal(sockets.size, 1)
  release()
  await eventually('it is closed', () => sockets.size === 0)
  release()
})
