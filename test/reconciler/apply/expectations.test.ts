import t from 'tap'
import { Expectations } from '../../../reconciler/apply/expectations.ts'
import type { ObjectMeta } from '../../../reconciler/kube/api.ts'
import type { CachedVersion } from '../../../reconciler/observe/caches.ts'
import { heapUsed } from '../../support/heap.ts'

const meta = (resourceVersion: string, uid = 'u-1'): ObjectMeta => ({
  name: 'cache',
  namespace: 'shop',
  uid,
  resourceVersion,
})

/** How a cache has it. */
const sighting = (metadata: ObjectMeta): CachedVersion => ({
  resourceVersion: metadata.resourceVersion,
  metadata: () => metadata,
})

t.test('nothing was written, nothing is waited for', async (t) => {
  t.equal(
    new Expectations().outstanding(() => undefined, 0),
    0,
  )
})

t.test('a write is waited for until the cache shows it or something newer', async (t) => {
  for (const shown of ['9', '10', '100']) {
    const writes = new Expectations()
    writes.wrote('Service', meta('9'), 0)
    t.equal(
      writes.outstanding(() => undefined, 10),
      4_990,
    )
    t.equal(
      writes.outstanding(() => sighting(meta('8')), 10),
      4_990,
    )
    t.equal(
      writes.outstanding(() => sighting(meta(shown)), 10),
      0,
      shown,
    )
    t.equal(
      writes.outstanding(() => undefined, 10),
      0,
      'and then no more',
    )
  }
})

t.test(
  'a deletion is waited for until the cache has lost the object or has another of that name',
  async (t) => {
    const deletion = () => {
      const writes = new Expectations()
      writes.deleted('Service', meta('9'), 0)
      return writes
    }
    t.equal(
      deletion().outstanding(() => sighting(meta('9')), 0),
      5_000,
    )
    t.equal(
      deletion().outstanding(() => undefined, 0),
      0,
    )
    t.equal(
      deletion().outstanding(() => sighting(meta('12', 'u-2')), 0),
      0,
    )
    t.equal(
      deletion().outstanding(() => sighting({ ...meta('11'), deletionTimestamp: '2026-01-01T00:00:00Z' }), 0),
      0,
    )
  },
)

t.test('a cache that does not follow is not waited for for ever', async (t) => {
  const writes = new Expectations()
  writes.wrote('Service', meta('9'), 0)
  t.equal(
    writes.outstanding(() => undefined, 4_999),
    1,
  )
  t.equal(
    writes.outstanding(() => undefined, 5_000),
    0,
  )
})

t.test('what was written is recognised, and what others made of it is not', async (t) => {
  const writes = new Expectations()
  writes.wrote('Service', meta('9'), 0)
  t.ok(writes.has(meta('9')))
  t.notOk(writes.has(meta('10')))
  t.notOk(writes.has(meta('9', 'u-2')))
})

t.test('a write is looked up in the cache by its version alone', (t) => {
  const writes = new Expectations()
  writes.wrote('Service', meta('9'), 0)
  const shown: CachedVersion = {
    resourceVersion: '9',
    metadata: () => {
      throw new Error('the object is unpacked')
    },
  }
  t.equal(
    writes.outstanding(() => shown, 0),
    0,
  )
  t.end()
})

t.test('nothing else of what was written is kept', (t) => {
  const writes = new Expectations()
  const before = heapUsed()
  for (let index = 0; index < 100; index += 1) {
    const managedFields = Array.from({ length: 1_000 }, (_, each) => ({ manager: `${index} ${each}` }))
    const written: ObjectMeta = { ...meta(String(index)), managedFields }
    writes.wrote('Service', written, 0)
  }
  const grown = heapUsed() - before
  t.ok(writes.has(meta('99')))
  t.ok(grown < 1_000_000, `${grown} bytes`)
  t.end()
})
