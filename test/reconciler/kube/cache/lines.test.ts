import fc from 'fast-check'
import t from 'tap'
import { readLines } from '../../../../reconciler/kube/cache/lines.ts'
import { effort } from '../../../../testing/effort.ts'

async function* chunks(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts.toSorted((one, other) => one - other), bytes.length]) {
    const to = Math.min(cut, bytes.length)
    yield bytes.subarray(from, to)
    from = to
  }
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const line of lines) list.push(line)
  return list
}

t.test('the lines are the same however the bytes are cut, also inside a character', async (t) => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''))
      t.same(await all(readLines(chunks(bytes, cuts))), lines)
    }),
    effort(200),
  )
})

t.test('a stream that ends inside a line was cut', async (t) => {
  await t.rejects(all(readLines(chunks(Buffer.from('{"a":1}\n{"b"'), [3]))), /ended inside a line/)
})

t.test('a line without end is not collected for ever', async (t) => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1024 * 1024, 'x')
  }
  await t.rejects(all(readLines(endless())), /longer than/)
})
