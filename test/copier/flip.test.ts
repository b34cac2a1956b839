import t from 'tap'
import { copy } from '../../copier/passes/copy.ts'
import { carryOut } from '../../copier/passes/deeds.ts'
import { addMissing, flip } from '../../copier/passes/flip.ts'
import { mirror } from '../../copier/passes/mirror.ts'
import { goThrough } from '../../copier/passes/pass.ts'
import { ended, movingKeys, nth, orderOf, Stage } from './stage.ts'

const GROW = { from: 1, to: 2, salt: '' }

for (const isClassic of [false, true]) {
  const stage = new Stage(t)
  stage.isClassic = isClassic

  t.test(
    `the last pass replaces copies, and nothing that is newer (${isClassic ? '1.5' : '1.6'})`,
    async (t) => {
      const servers = await stage.pool(2)
      const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
      const keys = movingKeys(GROW, 6)
      const [late = '', newer = '', gone = '', goneNewer = '', unknown = '', taken = ''] = keys
      await old.fill([late, newer, gone, goneNewer].map((key) => [key, 'copied']))
      const transfer = await stage.transfer(GROW, servers)
      await goThrough(transfer, { step: copy, asksForGone: true })
      t.equal(transfer.copied, 4)
      // A router that is late writes to the old place alone, and clients of the others to the new one.
      await old.fill([late, newer, unknown, taken].map((key) => [key, 'late']))
      for (const key of [gone, goneNewer]) await old.say(`delete ${key}`)
      await fresh.fill([newer, goneNewer, taken].map((key) => [key, 'newer']))
      const table = transfer.table(0)
      const due = keys.map((key) => ({ row: table.row(Buffer.from(key), 1), cas: 9_999n, exp: 0, size: 1 }))
      await carryOut(transfer, 0, await flip(transfer, 0, due))
      const found = await fresh.found(keys)
      t.strictSame(
        keys.map((key) => found.get(key)),
        ['late', 'newer', undefined, 'newer', 'late', 'newer'],
      )
    },
  )

  t.test('one that knows no copies adds what is missing', async (t) => {
    const servers = await stage.pool(2)
    const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
    const keys = movingKeys(GROW, 2)
    await old.fill(keys.map((key) => [key, 'old place']))
    await fresh.set(keys[0] ?? '', 'there')
    const transfer = await stage.transfer(GROW, servers)
    await goThrough(transfer, { step: addMissing, asksForGone: false })
    t.strictSame([...(await fresh.found(keys)).values()], ['there', 'old place'])
  })
}

t.test('the first pass of a phase sees what is gone since the last of the phase before', async (t) => {
  const stage = new Stage(t)
  const servers = await stage.pool(2)
  const [key = ''] = movingKeys(GROW, 1)
  await nth(servers, 0).client.set(key, 'v')
  const transfer = await stage.transfer(GROW, servers)
  await goThrough(transfer, { step: copy, asksForGone: true })
  t.equal(await nth(servers, 1).client.get(key), 'v')
  await nth(servers, 0).client.say(`delete ${key}`)
  await goThrough(transfer, { step: mirror, asksForGone: true })
  t.equal(await nth(servers, 1).client.get(key), undefined)
})

t.test('a server that restarts loses its copies once, and a second time it is given up', async (t) => {
  const stage = new Stage(t)
  const servers = await stage.pool(2)
  const keys = movingKeys(GROW, 200)
  await nth(servers, 0).client.fill(keys.map((key) => [key, 'v']))
  const transfer = await stage.transfer(GROW, servers)
  const pass = () => goThrough(transfer, { step: copy, asksForGone: true })
  await transfer.watch(1)
  await pass()
  const started = transfer.server(1).condition.bind(transfer.server(1))
  let later = 0
  // As after so many seconds: a test would have to wait for them.
  transfer.server(1).condition = async () => {
    const condition = await started()
    return { ...condition, startedAt: condition.startedAt + later }
  }
  later = 100
  await nth(servers, 1).client.say('flush_all')
  await t.rejects(transfer.watch(1), { name: 'ServerError', message: 'it has restarted' })
  t.equal(transfer.copied, 0)
  await pass()
  t.equal(transfer.copied, 200)
  t.equal((await nth(servers, 1).client.found(keys)).size, 200)
  later = 200
  await t.rejects(transfer.watch(1), { code: 'ServerRestarted' })
})

t.test('a server that is away for a moment is waited for', async (t) => {
  const stage = new Stage(t)
  const servers = await stage.pool(2)
  const [key = ''] = movingKeys(GROW, 1)
  await nth(servers, 0).client.set(key, 'v')
  await nth(servers, 1).child.stop('SIGKILL')
  const work = stage.work(orderOf(GROW, servers, 'copy'))
  await stage.until('it says so', () => work.progress.message?.includes(`${nth(servers, 1).port}`))
  t.match(work.progress, { state: 'working' })
  const again = await stage.start(nth(servers, 1).port)
  t.match(await ended(work), { state: 'done', copied: 1 })
  t.equal(await again.client.get(key), 'v')
})
