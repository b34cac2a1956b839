import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchCopier } from '../../testing/operator/launch.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { Children } from '../../testing/process/children.ts'
import { TestAuthority } from '../support/certificate.ts'
import { ask, order, progress } from './orders.ts'
import { type Memcached, movingKeys, nth, orderOf, Stage } from './stage.ts'

// The program as it is started in a pod, with real memcached.

const children = new Children('copier-process')
t.teardown(() => children.end())
const stage = new Stage(t)
const authority = await TestAuthority.create()
const files = await authority.issue({ name: 'reconciler' })
const clientCa = join(children.directory, 'ca.crt')
await writeFile(clientCa, files['ca.crt'])
const MOVE = { from: 1, to: 2 }

async function started(...flags: string[]): Promise<{ process: HostProcess; port: number }> {
  const port = await freePort()
  const process = launchCopier(children, { port, clientCa, flags })
  await process.start()
  return { process, port }
}

/** More of them than the kernel holds of a dump for a connection. */
const TOO_MANY = 60_000

/** Two servers, one of which has keys that all move. */
async function crowded(count: number): Promise<Memcached[]> {
  const servers = [await stage.memcached('-m', '256'), await stage.memcached('-m', '256')]
  const keys = movingKeys({ ...MOVE, salt: '' }, count, 'k'.repeat(220))
  for (let from = 0; from < keys.length; from += 5_000)
    await nth(servers, 0).client.fill(keys.slice(from, from + 5_000).map((key) => [key, 'v']))
  return servers
}

t.test('orders are taken from those alone who have a certificate for it', async (t) => {
  const { process, port } = await started()
  const servers = await stage.pool(2)
  await nth(servers, 0).client.set(movingKeys({ ...MOVE, salt: '' }, 1)[0] ?? '', 'v')
  const body = JSON.stringify(orderOf(MOVE, servers, 'copy'))
  const stranger = await (await TestAuthority.create()).issue()
  const server = await authority.issue({ usage: 'server' })
  for (const [who, known] of [
    ['nobody', undefined],
    ['one of another CA', stranger],
    ['a server of the same CA', server],
  ] as const) {
    t.match(await ask(port, 'PUT', '/order', known, body), { status: 403 }, who)
    t.match(await ask(port, 'GET', '/progress', known), { status: 403 }, who)
    t.match(await ask(port, 'GET', '/healthz', known), { status: 200, text: 'ok\n' }, who)
  }
  t.strictSame(await ask(port, 'GET', '/progress', files), { status: 200, text: '{"progress":[]}\n' })
  t.match(await ask(port, 'PUT', '/order', files, '{'), { status: 400, text: 'it is no JSON' })
  t.match(await ask(port, 'PUT', '/order', files, body.replace('copy', 'burn')), {
    status: 400,
    text: '/phase',
  })
  t.match(await ask(port, 'PUT', '/order', files, 'x'.repeat(300_000)), { status: 400, text: 'larger' })
  t.match(await ask(port, 'GET', '/metrics', files), { status: 404 })
  await order(port, files, orderOf(MOVE, servers, 'copy'))
  const done = await eventually('it is copied', async () => {
    const now = await progress(port, files)
    return now?.state === 'done' ? now : undefined
  })
  t.match(done, { pool: 'main', id: 'a', phase: 'copy', found: 1, copied: 1, left: 0, full: [] })
  t.match(await process.stop(), { code: 0 })
})

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  t.test(
    `after ${signal} in the middle of it nothing is left of a dump, and another copier goes on`,
    async (t) => {
      const servers = await crowded(5_000)
      const first = await started()
      await order(first.port, files, { ...orderOf(MOVE, servers, 'copy'), rate: 2_000 })
      await eventually(
        'keys have moved',
        async () => ((await progress(first.port, files))?.copied ?? 0) > 1_000,
      )
      await first.process.stop(signal)
      const { client } = nth(servers, 0)
      await eventually('no dump runs', async () => (await client.statistic('lru_crawler_running')) === 0)
      const second = await started()
      for (const phase of ['mirror', 'flip', 'purge'] as const) {
        await order(second.port, files, orderOf(MOVE, servers, phase))
        const end = await eventually(`${phase} ends`, async () => {
          const now = await progress(second.port, files)
          return now?.state === 'working' ? undefined : now
        })
        t.match(end, { phase, state: 'done' })
      }
      t.equal(await nth(servers, 1).client.statistic('curr_items'), 5_000)
      t.equal(await client.statistic('curr_items'), 0)
      await second.process.stop()
    },
  )
}

t.test('one that is frozen while it reads a dump keeps others from asking for one', async (t) => {
  const servers = await crowded(TOO_MANY)
  const { client } = nth(servers, 0)
  const first = await started()
  const pid = first.process.pid ?? 0
  await order(first.port, files, orderOf(MOVE, servers, 'copy'))
  const starts = await client.statistic('lru_crawler_starts')
  const caught = await eventually(
    'it is frozen in a dump',
    async () => {
      process.kill(pid, 'SIGSTOP')
      if ((await client.statistic('lru_crawler_running')) === 1) return true
      process.kill(pid, 'SIGCONT')
      return false
    },
    { everyMs: 1 },
  )
  t.ok(caught)
  const other = stage.work(orderOf(MOVE, servers, 'copy'), { busyMs: 1_000 })
  const gaveUp = await eventually('the other gives up', () =>
    other.progress.state === 'working' ? undefined : other.progress,
  )
  t.match(gaveUp, { state: 'gaveUp', code: 'CrawlerBusy' })
  t.ok((await client.statistic('lru_crawler_starts')) <= starts + 2, 'it has not asked')
  t.equal(await client.set('a', 'b'), 'STORED', 'the server serves')
  process.kill(pid, 'SIGCONT')
  await eventually('no dump is left', async () => (await client.statistic('lru_crawler_running')) === 0)
  t.match(await ask(first.port, 'GET', '/healthz'), { status: 200 })
  await first.process.stop()
})

t.test('without a CA it does not start', async (t) => {
  for (const flag of ['--client-ca=/nowhere', `--client-ca=${children.directory}`]) {
    const file = launchCopier(children, { port: await freePort(), clientCa: flag.slice(12), flags: [] })
    await t.rejects(file.start(), /client-ca/)
  }
})
