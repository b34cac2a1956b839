import t from 'tap'
import { judge } from '../../../schemas/validation/judge.ts'
import { specUnchanged } from '../../../schemas/validation/unchanged.ts'
import { object } from '../mcrouter.ts'

const OLD_AND_INVALID = { pool_setup: 'ring', memcached_pool_size: 3 }

t.test('an object that is no longer valid can still be labelled', async (t) => {
  const stored = object(OLD_AND_INVALID)
  const labelled = object(
    { memcached_pool_size: 3, pool_setup: 'ring' },
    { name: 'cache', labels: { team: 'shop' } },
  )
  t.equal(judge(labelled, { stored }).accepted, false)
  t.equal(specUnchanged(labelled, stored), true)
})

t.test('once its spec is touched, all of it is judged', async (t) => {
  t.equal(
    specUnchanged(object({ ...OLD_AND_INVALID, memcached_pool_size: 4 }), object(OLD_AND_INVALID)),
    false,
  )
})
