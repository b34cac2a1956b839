import fc from 'fast-check'
import t from 'tap'
import { Packing } from '../../../../reconciler/kube/cache/compressed-text.ts'
import { effort } from '../../../../testing/effort.ts'
import { heapUsed } from '../../../support/heap.ts'

t.test('what comes out is what was put in, whatever came first', (t) => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (texts) => {
      const packing = new Packing()
      const packed = texts.map((one) => packing.pack(one))
      t.same(
        packed.map((one) => packing.unpack(one)),
        texts,
      )
    }),
    effort(100),
  )
  t.end()
})

t.test('objects that are alike take a small part of their size', (t) => {
  const packing = new Packing()
  const json = (index: number) =>
    JSON.stringify({
      metadata: {
        name: `cache-${index}`,
        uid: `${index}`.repeat(12),
        labels: { instance: `cache-${index}` },
      },
      containers: Array.from({ length: 20 }, (_, each) => ({
        name: `container-${each}`,
        image: 'memcached:1.5',
      })),
    })
  packing.pack(json(0))
  for (let index = 1; index < 100; index += 1)
    t.ok(packing.pack(json(index)).length < json(index).length / 10)
  t.end()
})

t.test('what is unpacked leaves little off the heap to be collected', (t) => {
  const packing = new Packing()
  const packed = packing.pack(JSON.stringify({ text: 'x'.repeat(2_000) }))
  heapUsed()
  const before = process.memoryUsage().arrayBuffers
  for (let times = 0; times < 500; times += 1) packing.unpack(packed)
  const each = (process.memoryUsage().arrayBuffers - before) / 500
  t.ok(each < 6_000, `${each} bytes each`)
  t.end()
})
