import t from 'tap'
import { copy } from '../../copier/passes/copy.ts'
import { carryOut } from '../../copier/passes/deeds.ts'
import { mirror } from '../../copier/passes/mirror.ts'
import { placesOf } from '../../copier/passes/move.ts'
import { goThrough } from '../../copier/passes/pass.ts'
import { ended, movingKeys, nth, orderOf, Stage } from './stage.ts'

// Real memcached, as Debian has it, in its own dialect and in that of 1.5.

const GROW = { from: 1, to: 2, salt: '' }
const COPY = { step: copy, asksForGone: true }

for (const isClassic of [false, true]) {
  const stage = new Stage(t)
  stage.isClassic = isClassic

  t.test(`keys, flags and lives of what moves (${isClassic ? '1.5' : '1.6'})`, async (t) => {
    const servers = await stage.pool(2)
    const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
    const keys = movingKeys(GROW, 300)
    await old.fill(keys.map((key) => [key, `value of ${key}`]))
    await old.set(`${keys[0]}|#|\xe4`, 'hash stop', 100)
    const transfer = await stage.transfer(GROW, servers)
    await goThrough(transfer, COPY)
    t.equal(transfer.copied, 301)
    t.equal(await fresh.statistic('curr_items'), 301)
    t.equal(await fresh.get(`${keys[0]}|#|\xe4`), 'hash stop')
    t.match(await fresh.say(`mg ${keys[5]} t f`), 'HD t-1 f7')
    const left = Number(/t(\d+)/.exec(await fresh.say(`mg ${keys[0]}|#|\xe4 t`))?.[1])
    t.ok(left > 90 && left <= 101, `${left} s`)
    await goThrough(transfer, COPY)
    t.equal(transfer.changed, 0, 'what has not changed is left alone')
    await old.set(keys[1] ?? '', 'another')
    await old.say(`touch ${keys[2]} 50`)
    await old.say(`delete ${keys[3]}`)
    let changed = 0
    // A list of 1.5 misses what memcached moves in its order meanwhile, and the next one has it.
    for (let pass = 3; pass < 20 && changed < 3; pass += 1) {
      await goThrough(transfer, COPY)
      changed += transfer.changed
    }
    t.equal(changed, 3)
    t.equal(await fresh.get(keys[1] ?? ''), 'another')
    t.match(await fresh.say(`mg ${keys[2]} t`), /^HD t[45]\d$/)
    t.equal(await fresh.get(keys[3] ?? ''), undefined)
    t.equal(transfer.copied, 300)
  })

  t.test('what came to the new place in between is newer', async (t) => {
    const servers = await stage.pool(2)
    const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
    const [stale = '', absent = '', gone = '', calm = ''] = movingKeys(GROW, 4)
    await old.fill([stale, absent, calm].map((key) => [key, 'old place']))
    await fresh.fill([stale, gone, calm].map((key) => [key, 'a copy']))
    const transfer = await stage.transfer(GROW, servers)
    const table = transfer.table(0)
    const due = [stale, absent, gone, calm].map((key) => ({
      row: table.row(Buffer.from(key), 1),
      cas: 1n,
      exp: 0,
      size: 1,
    }))
    const deeds = await mirror(transfer, 0, due)
    t.strictSame(
      deeds.map(({ kind }) => kind),
      ['store', 'store', 'remove', 'store'],
    )
    for (const key of [stale, absent, gone]) await fresh.set(key, 'a client')
    await carryOut(transfer, 0, deeds)
    for (const key of [stale, absent, gone]) t.equal(await fresh.get(key), 'a client', key)
    t.equal(await fresh.get(calm), 'old place', 'what nobody wrote is repaired')
    await fresh.say(`delete ${calm}`)
    const again = await mirror(transfer, 0, due.slice(3))
    t.match(again, [{ kind: 'store', condition: 'absent' }])
  })

  t.test('a value of 1 MB, and one that the new place does not take', async (t) => {
    const servers = [await stage.memcached('-I', '4m'), await stage.memcached()]
    const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
    const [large = '', tooLarge = '', small = ''] = movingKeys(GROW, 3)
    const megabyte = 'x'.repeat(1024 * 1024 - 512)
    await old.fill([
      [large, megabyte],
      [tooLarge, 'short'],
      [small, 'short'],
    ])
    const transfer = await stage.transfer(GROW, servers)
    await goThrough(transfer, COPY)
    t.equal((await fresh.get(large))?.length, megabyte.length)
    await old.set(tooLarge, megabyte.repeat(2))
    await goThrough(transfer, COPY)
    t.equal(await fresh.get(tooLarge), undefined, 'the value before does not stay')
    t.equal(await fresh.get(small), 'short')
    await goThrough(transfer, COPY)
    t.equal(transfer.changed, 0, 'it is not tried for ever')
  })

  t.test('what nobody reaches is deleted, and nothing else', async (t) => {
    const shrink = { from: 3, to: 2, salt: '' }
    const servers = await stage.pool(3)
    const keys = Array.from({ length: 600 }, (_, index) => `key:${index}`)
    // Everywhere, as after resizes that copied nothing.
    for (const { client } of servers) await client.fill(keys.map((key) => [key, 'v']))
    const misplaced = async (layout: 0 | 1) => {
      const wrong: string[] = []
      for (const index of [0, 1]) {
        const found = await nth(servers, index).client.found(keys)
        wrong.push(
          ...keys.filter((key) => (placesOf(Buffer.from(key), shrink)[layout] === index) !== found.has(key)),
        )
      }
      return wrong
    }
    t.match(await ended(stage.work(orderOf(shrink, servers, 'clean'))), { state: 'done' })
    t.strictSame(await misplaced(0), [])
    t.equal(await nth(servers, 2).client.statistic('curr_items'), keys.length, 'a source is not cleaned')
    t.match(await ended(stage.work(orderOf(shrink, servers, 'copy'))), { state: 'done' })
    t.match(await ended(stage.work(orderOf(shrink, servers, 'purge'))), { state: 'done' })
    t.strictSame(await misplaced(1), [])
  })
}

t.test('on a full server the hottest keys have a place, and none of its own are thrown out', async (t) => {
  const stage = new Stage(t)
  const servers = [
    await stage.memcached('-m', '64'),
    await stage.memcached('-m', '4', '-o', 'no_lru_maintainer'),
  ]
  const [{ client: old }, { client: fresh }] = [nth(servers, 0), nth(servers, 1)]
  const keys = movingKeys(GROW, 12_000)
  for (let from = 0; from < keys.length; from += 1000)
    await old.fill(keys.slice(from, from + 1000).map((key) => [key, 'v'.repeat(1000)]))
  const work = stage.work(orderOf(GROW, servers, 'copy'))
  t.match(await ended(work), { state: 'done', full: [1] })
  const { copied, found } = work.progress
  t.equal(found, keys.length)
  t.ok(copied > 1_000 && copied < keys.length, `${copied} were copied`)
  t.ok((await fresh.statistic('evictions')) <= 100, 'it stops with the batch that threw something out')
})
