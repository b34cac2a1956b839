import fc from 'fast-check'
import t from 'tap'
import { Packing } from '../../../reconciler/kube/packing.ts'

t.test('what comes out is what was put in, whatever came first', (t) => {
  const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())
  fc.assert(
    fc.property(fc.array(object, { minLength: 1 }), (objects) => {
      const packing = new Packing()
      const packed = objects.map((one) => packing.pack(one))
      const same = packed.map((one) => JSON.stringify(packing.unpack(one)))
      return same.every((text, index) => text === JSON.stringify(objects[index]))
    }),
  )
  t.end()
})

t.test('objects that are alike take a small part of their size', (t) => {
  const packing = new Packing()
  const object = (index: number) => ({
    metadata: { name: `cache-${index}`, uid: `${index}`.repeat(12), labels: { instance: `cache-${index}` } },
    spec: {
      containers: Array.from({ length: 20 }, (_, each) => ({
        name: `container-${each}`,
        image: 'memcached:1.5',
      })),
    },
  })
  packing.pack(object(0))
  const size = JSON.stringify(object(1)).length
  for (let index = 1; index < 100; index += 1) t.ok(packing.pack(object(index)).length < size / 10)
  t.end()
})
