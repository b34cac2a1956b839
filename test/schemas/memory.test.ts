import t from 'tap'
import { itemBytes, itemSizeComplaint, largestItem } from '../../schemas/formats/item-size.ts'
import { ampleMemory, leastMemory } from '../../schemas/formats/memcached-memory.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { object } from './mcrouter.ts'

/** MiB that memcached 1.6.18 was seen to take, full of values of 1 kB or of 10 bytes and some of every size. */
const MEASURED: readonly (readonly [memory: number, connections: number, usual: number, worst: number])[] = [
  [64, 1024, 108.2, 111.6],
  [256, 1024, 302.3, 315.5],
  // The hash table has just grown.
  [290, 1024, 336.5, 381.3],
  [1024, 1024, 1076.7, 1131.6],
  [1180, 1024, 1232.7, 1376.8],
  // Every connection in the middle of a value.
  [64, 16_384, 208.6, 212],
]

t.test('the least and the ample memory are on either side of what was measured', async (t) => {
  for (const [memory, connections, usual, worst] of MEASURED) {
    t.ok(leastMemory(memory, connections) >= usual, `${memory}: least`)
    t.ok(ampleMemory(memory, connections) >= worst, `${memory}: ample`)
    t.ok(ampleMemory(memory, connections) <= worst * 1.3 + 256, `${memory}: not wasteful`)
  }
})

t.test('memory requests and limits follow from memcached_memory_mb', async (t) => {
  t.same(resourcesFor({}), { requests: { cpu: '100m', memory: '371Mi' }, limits: { memory: '371Mi' } })
  t.same(resourcesFor({ memcached_memory_mb: 1024 }).limits, { memory: '1267Mi' })
  t.same(resourcesFor({ memcached_max_connections: 65_536 }).limits, { memory: '1379Mi' })
})

t.test('what is given stands, and what is not gives way to it', async (t) => {
  const given = (memcached_resources: object) => resourcesFor({ memcached_resources })
  t.same(given({ limits: { memory: '330Mi' } }), {
    requests: { cpu: '100m', memory: '330Mi' },
    limits: { memory: '330Mi' },
  })
  t.same(given({ requests: { memory: '1Gi' } }), {
    requests: { cpu: '100m', memory: '1Gi' },
    limits: { memory: '1Gi' },
  })
  t.same(given({ limits: { cpu: '50m' } }).requests, { cpu: '50m', memory: '371Mi' })
  t.same(given({ requests: { cpu: 2, 'ephemeral-storage': '1Gi' } }).requests, {
    cpu: '2',
    memory: '371Mi',
    'ephemeral-storage': '1Gi',
  })
})

t.test('routers have a memory limit and no CPU limit', async (t) => {
  t.match(judge(object({})), {
    mcrouter: {
      routers: { resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } } },
    },
  })
})

t.test('item sizes, as memcached was seen to take or refuse them at -m 4096', async (t) => {
  for (const size of [
    '512k',
    '512K',
    '524288',
    '1024k',
    '1m',
    '1536k',
    '2m',
    '3m',
    '32m',
    '32M',
    '127m',
    '128m',
    '1024m',
  ]) {
    t.equal(itemSizeComplaint(size), undefined, size)
  }
  for (const size of [
    '1000',
    '1k',
    '511k',
    '513k',
    '524287',
    '700k',
    '1023k',
    '1025k',
    '1025m',
    '1g',
    '1G',
    '32mb',
    '0x100000',
  ]) {
    t.type(itemSizeComplaint(size), 'string', size)
  }
  // Taken by memcached, and read as something else than what is written.
  for (const size of ['+1m', ' 1m', '1.5m', '32mm', '01m']) t.equal(itemBytes(size), undefined, size)
})

t.test('the largest item is half of the memory', async (t) => {
  t.equal(largestItem(256), '128m')
  t.equal(largestItem(65), '33280k')
  t.equal(largestItem(63), '32256k')
  t.equal(largestItem(1_048_576), '1024m')
})

t.test('an item size that nobody wrote follows the memory, and is 32m wherever that fits', async (t) => {
  const sizeFor = (memory_mb: number) => judged({ memcached_memory_mb: memory_mb }).maxItemSize
  t.equal(sizeFor(16), '8m')
  t.equal(sizeFor(48), '24m')
  t.equal(sizeFor(63), '32256k')
  for (const memory of [64, 65, 256, 1_048_576]) t.equal(sizeFor(memory), '32m', `${memory}`)
  t.equal(judged({ memcached_max_item_size: '1m' }).maxItemSize, '1m')
  t.equal(
    judged({ memcached_max_item_size: '32m' }).maxItemSize,
    '32m',
    'as it was stored by the default before',
  )
})

function resourcesFor(spec: object) {
  return judged(spec).resources
}

function judged(spec: object) {
  const judgement = judge(object(spec))
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.mcrouter.pools[0]
}
