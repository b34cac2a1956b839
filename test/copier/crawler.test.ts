import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { recorded } from './replies.ts'
import { ended, type Memcached, movingKeys, nth, orderOf, Stage } from './stage.ts'

const stage = new Stage(t)
const never = new AbortController().signal
const KEYS = 60_000

/** So many that a dump does not fit into what the kernel holds for a connection. */
async function filled(...args: string[]): Promise<Memcached> {
  const server = await stage.memcached('-m', '256', ...args)
  const long = 'k'.repeat(220)
  for (let from = 0; from < KEYS; from += 5_000)
    await server.client.fill(Array.from({ length: 5_000 }, (_, index) => [`${from + index}:${long}`, 'v']))
  return server
}

const isCrawling = async ({ client }: Memcached) => (await client.statistic('lru_crawler_running')) === 1

/** A reader of a dump that does not read it, as one is that was stopped. */
async function unread(server: Memcached): Promise<Socket> {
  const socket = connect(server.port, server.host).on('error', () => {})
  socket.pause().write('lru_crawler metadump hash\r\n')
  await eventually('the dump has begun', () => isCrawling(server), { everyMs: 5 })
  return socket
}

t.test('a dump tells every key once, and one follows the other', async (t) => {
  const server = await stage.look(await filled())
  const crawler = stage.crawler()
  const seen = [new Set<string>(), new Set<string>()]
  let told = 0
  const each = (all: Set<string>) => (listed: { key: Buffer }) => {
    told += 1
    all.add(listed.key.toString())
  }
  await Promise.all(seen.map((all) => crawler.list(server, each(all), never)))
  t.strictSame(
    seen.map(({ size }) => size),
    [KEYS, KEYS],
  )
  t.equal(told, 2 * KEYS)
})

t.test('no dump is asked for while one is not read, and the server goes on serving', async (t) => {
  const memcached = await filled()
  const server = await stage.look(memcached)
  const other = await unread(memcached)
  const asked = await memcached.client.statistic('lru_crawler_starts')
  const listing = stage.crawler(1_000).list(server, () => {}, never)
  await t.rejects(listing, { code: 'CrawlerBusy', message: 'its crawler is busy' })
  t.equal(await memcached.client.statistic('lru_crawler_starts'), asked, 'it did not ask')
  t.equal(await memcached.client.set('a', 'b'), 'STORED')
  const waiting = stage.crawler().list(server, () => {}, never)
  other.destroy()
  await waiting
  t.equal(await memcached.client.get('a'), 'b')
})

t.test(
  'a server whose dump stands still is left at once, and one that breaks off is not believed',
  async (t) => {
    const dump = recorded('1.6.18', 'lru_crawler metadump hash')
    const stats =
      'STAT curr_items 8\r\nSTAT evictions 0\r\nSTAT time 9\r\nSTAT uptime 1\r\nSTAT lru_crawler_running 0\r\nEND\r\n'
    let cut = 0
    let isClosing = true
    const open = new Set<Socket>()
    let dumps = 0
    const fake = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (request) => {
        const text = request.toString()
        if (text.startsWith('version')) socket.write('VERSION 1.6.18\r\nEND\r\n')
        else if (text.startsWith('ms ')) socket.write('CLIENT_ERROR invalid flag\r\n')
        else if (text.startsWith('stats')) socket.write(stats)
        else {
          dumps += 1
          open.add(socket.on('close', () => open.delete(socket)))
          if (isClosing) socket.end(dump.slice(0, cut))
          else socket.write(dump.slice(0, cut))
        }
      })
    }).listen(0, '127.0.0.1')
    t.teardown(() => fake.close())
    await once(fake, 'listening')
    const address = fake.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const server = await stage.look({ host: '127.0.0.1', port: address.port })
    const crawler = stage.crawler(60_000, 100)
    for (cut = 0; cut < dump.length - 1; cut += 3) {
      const listing = crawler.list(server, () => {}, never)
      await t.rejects(listing, { name: 'ServerError' }, `cut at ${cut}`)
    }
    isClosing = false
    cut = dump.length - 10
    await t.rejects(
      crawler.list(server, () => {}, never),
      { message: 'stood still for 100 ms' },
    )
    await eventually('the connection is closed', () => open.size === 0)
    const before = dumps
    const stop = new AbortController()
    const stopped = stage.crawler().list(server, () => {}, stop.signal)
    await eventually('it reads', () => dumps > before)
    stop.abort()
    await t.rejects(stopped, { message: 'it was stopped' })
  },
)

t.test('what a server can refuse', async (t) => {
  const move = { from: 1, to: 2 }
  const keys = movingKeys({ ...move, salt: '' }, 200)
  const refusals: readonly (readonly [args: string[], code: string])[] = [
    [['-X'], 'DumpRefused'],
    [['-o', 'no_lru_crawler'], 'DumpRefused'],
    [['-C'], 'CasDisabled'],
  ]
  for (const [args, code] of refusals) {
    const servers = [await stage.memcached(...args), await stage.memcached()]
    await nth(servers, 0).client.fill(keys.map((key) => [key, 'v']))
    const progress = await ended(stage.work(orderOf(move, servers, 'copy')))
    t.match(progress, { state: 'gaveUp', code, message: `${nth(servers, 0).port}` }, args.join(' '))
  }
  const servers = await stage.pool(2)
  await nth(servers, 0).client.fill(keys.map((key) => [key, 'v']))
  const work = (order: object, limits = {}) =>
    ended(stage.work({ ...orderOf(move, servers, 'copy'), ...order }, limits))
  t.match(await work({ rate: 1, timeoutSeconds: 100 }), { state: 'gaveUp', code: 'TooSlow' })
  t.match(await work({}, { memory: 1_000 }), { state: 'gaveUp', code: 'TooManyKeys' })
  t.match(await work({}), { state: 'done', found: 200, copied: 200 })
})

t.test('a server without cas is cleaned all the same', async (t) => {
  const servers = await stage.pool(2, '-C')
  await nth(servers, 1).client.set('a', 'old')
  t.match(await ended(stage.work(orderOf({ from: 1, to: 2 }, servers, 'clean'))), { state: 'done' })
  t.equal(await nth(servers, 1).client.get('a'), undefined)
})
