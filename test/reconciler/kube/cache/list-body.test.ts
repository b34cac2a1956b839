import fc from 'fast-check'
import t from 'tap'
import { readList } from '../../../../reconciler/kube/cache/list-body.ts'
import { effort } from '../../../../testing/effort.ts'

async function* chunks(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  let from = 0
  for (const cut of [...cuts.toSorted((one, other) => one - other), bytes.length]) {
    const to = Math.min(cut, bytes.length)
    yield bytes.subarray(from, to)
    from = to
  }
}

async function read(text: string, cuts: readonly number[] = []) {
  const items: unknown[] = []
  const list = await readList(chunks(text, cuts), (item) => items.push(item))
  return { list, items }
}

const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())
const spaces = fc.constantFrom(undefined, 1, '\t')
const cuts = fc.array(fc.nat(400))

t.test('the items one by one, and the list without them, however the bytes are cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      object,
      object,
      fc.array(object),
      spaces,
      cuts,
      async (before, after, items, space, at) => {
        const rest = { ...before, items: [], ...after }
        const whole = { ...before, items, ...after }
        fc.pre(!('items' in before || 'items' in after))
        const got = await read(JSON.stringify(whole, undefined, space), at)
        t.equal(JSON.stringify(got.items), JSON.stringify(items))
        t.equal(JSON.stringify(got.list), JSON.stringify(rest))
      },
    ),
    effort(300),
  )
})

t.test('only what is called items at the top counts as that', async (t) => {
  const text = '{"spec":{"items":[{"a":1}]},"other":[{"b":1}],"items":[{"items":[{"c":1}]}],"last":"items"}'
  t.same(await read(text), {
    list: { spec: { items: [{ a: 1 }] }, other: [{ b: 1 }], items: [], last: 'items' },
    items: [{ items: [{ c: 1 }] }],
  })
})

t.test('a list without items, or with none', async (t) => {
  t.same(await read('{"kind":"Status"}'), { list: { kind: 'Status' }, items: [] })
  t.same(await read('{"items":null}'), { list: { items: null }, items: [] })
  t.same(await read('{"items":[]}'), { list: { items: [] }, items: [] })
})

t.test('what is not JSON, or is cut, is refused', async (t) => {
  for (const text of [
    '',
    '<html>',
    '{"items":[{"a":1}',
    '{"items":[{"a":1},',
    '{"items":[{a}]}',
    '{"items":[{}]} x',
    ']',
  ]) {
    await t.rejects(read(text), SyntaxError, text)
  }
})
