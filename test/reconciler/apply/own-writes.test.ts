import t from 'tap'
import { OwnWrites } from '../../../reconciler/apply/own-writes.ts'
import type { ObjectMeta } from '../../../reconciler/kube/api.ts'

const meta = (resourceVersion: string, uid = 'u-1'): ObjectMeta => ({
  name: 'cache',
  namespace: 'shop',
  uid,
  resourceVersion,
})

t.test('nothing was written, nothing is waited for', async (t) => {
  t.equal(
    new OwnWrites().outstanding(() => undefined, 0),
    0,
  )
})

t.test('a write is waited for until the cache shows it or something newer', async (t) => {
  for (const shown of ['9', '10', '100']) {
    const writes = new OwnWrites()
    writes.wrote('Service', meta('9'), 0)
    t.equal(
      writes.outstanding(() => undefined, 10),
      4_990,
    )
    t.equal(
      writes.outstanding(() => meta('8'), 10),
      4_990,
    )
    t.equal(
      writes.outstanding(() => meta(shown), 10),
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
      const writes = new OwnWrites()
      writes.deleted('Service', meta('9'), 0)
      return writes
    }
    t.equal(
      deletion().outstanding(() => meta('9'), 0),
      5_000,
    )
    t.equal(
      deletion().outstanding(() => undefined, 0),
      0,
    )
    t.equal(
      deletion().outstanding(() => meta('12', 'u-2'), 0),
      0,
    )
    t.equal(
      deletion().outstanding(() => ({ ...meta('11'), deletionTimestamp: '2026-01-01T00:00:00Z' }), 0),
      0,
    )
  },
)

t.test('a cache that does not follow is not waited for for ever', async (t) => {
  const writes = new OwnWrites()
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
  const writes = new OwnWrites()
  writes.wrote('Service', meta('9'), 0)
  t.ok(writes.has(meta('9')))
  t.notOk(writes.has(meta('10')))
  t.notOk(writes.has(meta('9', 'u-2')))
})
