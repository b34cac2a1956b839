import t from 'tap'
import { itemBytes, itemSizeComplaint, largestItem } from '../../schemas/item-size.ts'
import { judge } from '../../schemas/judge.ts'
import { ampleMemory, leastMemory } from '../../schemas/memcached-memory.ts'
import { object } from './mcrouter.ts'

/** MiB that memcached 1.6.18 was seen to take: -m, -c, with values of 1 kB and of 10 bytes. */
const MEASURED: readonly (readonly [memory: number, connections: number, usual: number, worst: number])[] = [
  [64, 1024, 70.1, 72.3],
  [256, 1024, 263.3, 284.8],
  [1024, 1024, 1043.5, 1125.1],
  // Every connection in the middle of a value.
  [64, 16_384, 170.5, 172.7],
]

t.test('the least and the ample memory are on either side of what was measured', async (t) => {
  for (const [memory, connections, usual, worst] of MEASURED) {
    t.ok(leastMemory(memory, connections) >= usual, `${memory}: least`)
    t.ok(ampleMemory(memory, connections) >= worst, `${memory}: ample`)
    t.ok(ampleMemory(memory, connections) <= worst * 1.3 + 256, `${memory}: not wasteful`)
  }
})

t.test('memory requests and limits follow from memcached_memory_mb', async (t) => {
  t.same(resourcesFor({}), { requests: { cpu: '100m', memory: '320Mi' }, limits: { memory: '320Mi' } })
  t.same(resourcesFor({ memcached_memory_mb: 1024 }).limits, { memory: '1184Mi' })
  t.same(resourcesFor({ memcached_max_connections: 65_536 }).limits, { memory: '1328Mi' })
})

t.test('what is given stands, and what is not gives way to it', async (t) => {
  const given = (memcached_resources: object) => resourcesFor({ memcached_resources })
  t.same(given({ limits: { memory: '300Mi' } }), {
    requests: { cpu: '100m', memory: '300Mi' },
    limits: { memory: '300Mi' },
  })
  t.same(given({ requests: { memory: '1Gi' } }), {
    requests: { cpu: '100m', memory: '1Gi' },
    limits: { memory: '1Gi' },
  })
  t.same(given({ limits: { cpu: '50m' } }).requests, { cpu: '50m', memory: '320Mi' })
  t.same(given({ requests: { cpu: 2, 'ephemeral-storage': '1Gi' } }).requests, {
    cpu: '2',
    memory: '320Mi',
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

function resourcesFor(spec: object) {
  const judgement = judge(object(spec))
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.mcrouter.memcached.resources
}
