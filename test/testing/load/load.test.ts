import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import t from 'tap'
import { LOOPBACK } from '../../../testing/control-plane/port.ts'
import { Connection } from '../../../testing/load/connection.ts'
import { Keys } from '../../../testing/load/keys.ts'
import { Tally } from '../../../testing/load/tally.ts'
import { Zipf } from '../../../testing/load/zipf.ts'
import { Random } from '../../../testing/random.ts'

t.test('the first is asked for most, and each at times', async (t) => {
  const zipf = new Zipf(4)
  const random = new Random(1)
  const counts = [0, 0, 0, 0]
  for (let drawn = 0; drawn < 25_000; drawn += 1) {
    const index = zipf.pick(random)
    counts[index] = (counts[index] ?? 0) + 1
  }
  // 1, 1/2, 1/3 and 1/4 of 12,000.
  for (const [index, count] of counts.entries())
    t.ok(Math.abs(count - 12_000 / (index + 1)) < 400, `${count}`)
  t.equal(new Zipf(1).pick(random), 0)
})

t.test('each key has one client, who is nearest to what was drawn', async (t) => {
  const keys = new Keys({ values: 10, counters: 2, locks: 1 }, 4)
  for (let index = 0; index < 10; index += 1) {
    const owners = [0, 1, 2, 3].filter((client) => keys.ownNear(index, client, 10) === index)
    t.strictSame(owners, [keys.ownerOf(index)])
  }
  t.equal(keys.ownNear(9, 3, 10), 7)
  t.equal(keys.ownNear(0, 3, 2), undefined, 'of fewer keys than clients some have none')
  keys.missed(5)
  t.equal(keys.takeMissed(0), undefined)
  t.equal(keys.takeMissed(1), 5)
  t.equal(keys.takeMissed(1), undefined)
})

t.test('hits are counted by the second, of keys that have to be there', async (t) => {
  const tally = new Tally()
  t.equal(tally.hitShare(), 1)
  for (let read = 0; read < 30; read += 1) tally.read(read < 15 ? 'hit' : 'miss', 1_500)
  for (let read = 0; read < 30; read += 1) tally.read('stale', 2_500)
  for (let read = 0; read < 30; read += 1) tally.read('unclear', 3_500)
  tally.read('miss', 4_500)
  t.equal(tally.worstSecond(), 0.5, 'a second of one read says nothing')
  t.equal(tally.worstSecond(1), 0)
  t.equal(tally.hitShare(), 45 / 61)
  tally.lostCas('v:1', 2)
  tally.lostCas('v:1', 2)
  t.match(tally.wrongs(), { stale: 30, casLost: 1, resurrected: 0 })
})

t.test(
  'a connection reads whole answers, whatever pieces they come in, and is made anew after an error',
  async (t) => {
    const answers = [
      ['VALUE k 0 8 17\r\nEN', 'D\r\nxyz\r\nEND\r\n'],
      ['END\r\n'],
      ['STO', 'RED\r\n'],
      ['SERVER_ERROR no\r\n'],
      [],
      ['VALUE k 0 1\r\na\r\nEND\r\n'],
    ]
    let connections = 0
    const server = createServer((socket: Socket) => {
      connections += 1
      socket.setNoDelay(true).on('data', async () => {
        for (const piece of answers.shift() ?? []) {
          socket.write(piece)
          await new Promise(setImmediate)
        }
      })
    }).listen(0, LOOPBACK)
    await once(server, 'listening')
    t.teardown(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const connection = new Connection({ host: LOOPBACK, port }, 300)
    t.teardown(() => connection.close())
    t.strictSame(await connection.retrieve('gets', 'k'), { text: 'END\r\nxyz', token: '17' })
    t.equal(await connection.retrieve('get', 'k'), undefined)
    t.equal(await connection.store('set k 0 0 1', 'a'), 'STORED')
    t.equal(connections, 1)
    await t.rejects(connection.store('set k 0 0 1', 'a'), { message: 'SERVER_ERROR no' })
    await t.rejects(connection.store('set k 0 0 1', 'a'), { name: 'AbortError' })
    t.strictSame(await connection.retrieve('get', 'k'), { text: 'a', token: '' })
    t.equal(connections, 3, 'what comes late is no other’s answer')
  },
)
