import fc from 'fast-check'
import t from 'tap'
import { KeyMemory } from '../../copier/keys/key-memory.ts'
import { KeyTable } from '../../copier/keys/key-table.ts'
import { WorkList } from '../../copier/keys/work-list.ts'
import { effort } from '../../testing/effort.ts'
import { heapUsed } from '../support/heap.ts'

const PLENTY = 2 ** 30

/** Bytes in buffers that are in use. */
function buffers(): number {
  heapUsed()
  return process.memoryUsage().arrayBuffers
}

function tableIn(memory = new KeyMemory(PLENTY)): KeyTable {
  return new KeyTable(memory, [1, 2])
}

t.test('it knows of each key what a Map would', async (t) => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 6 })
  const step = fc.record({
    key,
    copiedCas: fc.bigInt(0n, 2n ** 64n - 1n),
    copyCas: fc.bigInt(0n, 1n),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = tableIn()
      const model = new Map<string, (typeof steps)[number]>()
      for (const one of steps) {
        const bytes = Buffer.from(one.key)
        table.learn(table.row(bytes, 7), { copiedCas: one.copiedCas, copyCas: one.copyCas, exp: 9 })
        model.set(bytes.toString('hex'), one)
      }
      t.equal(table.size, model.size)
      t.equal(table.copies, [...model.values()].filter(({ copyCas }) => copyCas !== 0n).length)
      for (let row = 0; row < table.size; row += 1) {
        const { copiedCas, copyCas } = model.get(table.key(row).toString('hex')) ?? {}
        t.match(table.known(row), { copiedCas, copyCas, exp: 9 })
        t.equal(table.place(row), 7)
      }
    }),
    effort(50),
  )
})

t.test('what a pass did not see, of what was copied', async (t) => {
  const table = tableIn()
  const [seen, unseen, never] = ['a', 'b', 'c'].map((key) => table.row(Buffer.from(key), 0))
  for (const row of [seen, unseen]) table.learn(row ?? 0, { copiedCas: 1n, copyCas: 1n, exp: 0 })
  table.see(seen ?? 0, 5)
  t.strictSame([...table.unseen(5)], [unseen])
  t.strictSame([...table.unseen(6)], [seen, unseen])
  t.equal(table.key(never ?? 0).toString(), 'c')
})

t.test('a server that restarted', async (t) => {
  const table = tableIn()
  const rows = [0, 1].map((place) => table.row(Buffer.from(`to ${place}`), place))
  for (const row of rows) table.learn(row, { copiedCas: 3n, copyCas: 4n, exp: 5 })
  table.doubt()
  t.match(
    rows.map((row) => table.known(row)),
    [{ copiedCas: 0n, copyCas: 4n, exp: 5 }, { copyCas: 4n }],
  )
  table.lose(1)
  t.match(
    rows.map((row) => table.known(row)),
    [{ copyCas: 4n }, { copyCas: 0n, exp: 0 }],
  )
  t.equal(table.copies, 1)
})

t.test(
  'a key takes 40 to 50 bytes and itself, and some 30 in the list of a pass; all of it is given back',
  async (t) => {
    const memory = new KeyMemory(PLENTY)
    const [table, list] = [tableIn(memory), new WorkList(memory)]
    const before = buffers()
    const [keys, length] = [300_000, 32]
    for (let index = 0; index < keys; index += 1)
      table.row(Buffer.from(`session:${index.toString(16).padStart(length - 8, '0')}`), 1)
    const own = memory.taken / keys - length
    for (let row = 0; row < keys; row += 1) list.add({ row, cas: BigInt(row), exp: 0, size: 500 }, 1)
    const all = memory.taken / keys
    t.comment(`${own.toFixed(1)} bytes and the key, ${(all - own - length).toFixed(1)} in the list`)
    t.ok(own > 32 && own < 50, `${own}`)
    t.ok(all < own + length + 34, `${all}`)
    const seen = (buffers() - before) / keys
    t.ok(Math.abs(seen - all) < 5, `counted ${all}, in buffers ${seen}`)
    t.equal(table.size, keys)
    table.clear()
    list.clear()
    t.equal(memory.taken, 0)
  },
)

t.test('it refuses what is beyond its memory', async (t) => {
  const memory = new KeyMemory(1024 * 1024)
  const table = tableIn(memory)
  const fill = () => {
    for (let index = 0; index < 100_000; index += 1) table.row(Buffer.from(`key ${index}`), 0)
  }
  t.throws(fill, { code: 'TooManyKeys', message: '1 MiB of --key-memory' })
  t.ok(memory.taken <= 1024 * 1024)
  t.ok(table.size > 5_000, `${table.size} keys`)
})

t.test('the keys that were asked for last come first, in the order of the dump', async (t) => {
  const list = new WorkList(new KeyMemory(PLENTY))
  const accesses = [1_000_000, 1_900_000, 1_000_030, 1_899_999, 0, 1_899_000]
  for (const [row, la] of accesses.entries()) list.add({ row, cas: 1n, exp: 2, size: 3 }, la)
  const order = [...list.hottestFirst()]
  t.strictSame(
    order.map(({ row }) => row),
    [1, 3, 5, 2, 0, 4],
  )
  t.match(order[0], { cas: 1n, exp: 2, size: 3 })
})
