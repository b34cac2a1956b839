import t, { type Test } from 'tap'
import { statefulSets, mcrouters as stored } from '../../reconciler/kube/resources.ts'
import type { AuditEvent } from '../../testing/control-plane/audit.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'
import { withoutSchema } from '../support/without-schema.ts'

// What was stored while no webhook was there is judged by the reconciler.

const cluster = await startBareCluster(t)
const { apply, get, patch } = cluster

t.test('a stored object that is invalid says so, and what runs stays as it is', async (t) => {
  const { want, settled, children, status, reason } = await reconciledNamespace(t, cluster, 'invalid')
  await want({})
  await settled()
  // A generation counts changes of a spec; the status of a workload moves on by itself.
  const versions = async () =>
    (await children()).map(({ metadata }) => at(metadata, 'generation') ?? at(metadata, 'resourceVersion'))
  const before = await versions()
  await withoutSchema(cluster, () => want({ pool_setup: 'shraded', memcached_pool_size: 0 }))
  await eventually('it is refused', async () => (await reason('Accepted')) === 'Invalid')
  const violations = /spec\.memcached_pool_size: [^;]+; spec\.pool_setup: .*did you mean .*sharded/
  t.match(JSON.stringify(await status()), violations, 'all that is wrong')
  t.equal(await reason('Degraded'), 'NotAccepted')
  t.equal(await reason('Available'), 'Serving')
  t.equal(await reason('Running'), 'Failed')
  t.strictSame(await versions(), before)
  // Not by server-side apply: the API server cannot tell whose a field is that is no number in the stored version.
  await patch(mcrouters, 'invalid', 'cache', { spec: { pool_setup: 'sharded', memcached_pool_size: 2 } })
  await eventually('it is mended', async () => (await reason('Degraded')) === 'AsExpected')
})

/** Of which the reconciler normalised the Mcrouter before anything else, where there is no webhook that does. */
function isNormalisedFirst(t: Test, [first, ...rest]: AuditEvent[]): void {
  t.match(
    first,
    { verb: 'patch', object: { resource: 'mcrouters', subresource: '' } },
    'before anything else',
  )
  const again = rest.filter(({ object }) => object.resource === 'mcrouters' && object.subresource === '')
  t.equal(again.length, 2, 'shown to a webhook, which there is none, written, and its owners put back')
}

t.test(
  'deprecated spellings do not reach what is stored, and are normalised where they are read',
  async (t) => {
    const given = { memcachedPoolSize: 3, poolSetup: 'sharded' }
    const prepare = async () => {
      t.match(await get(stored, 'camel', 'cache'), { spec: { memcached: { shards: 3, copies: 1 } } })
      t.match(await get(mcrouters, 'camel', 'cache'), { spec: { memcachedPoolSize: 3 } }, 'as it was written')
    }
    const { settled, requests } = await reconciledNamespace(t, cluster, 'camel', { given, prepare })
    await settled()
    t.match(await get(stored, 'camel', 'cache'), { spec: { memcached: { shards: 3, copies: 1 } } })
    const read = await get(mcrouters, 'camel', 'cache')
    t.match(read, { spec: { memcached_pool_size: 3, pool_setup: 'sharded' } })
    t.equal(at(read, 'spec', 'memcachedPoolSize'), undefined)
    isNormalisedFirst(t, await requests())
    t.equal(at(await get(statefulSets, 'camel', 'cache-memcached'), 'spec', 'replicas'), 3)
  },
)

t.test('a stored object that is not normalised is normalised, and only then applied', async (t) => {
  const prepare = async () => {
    await apply(stored, {
      metadata: { name: 'cache', namespace: 'bare' },
      spec: { memcached: { shards: 3 } },
    })
  }
  const { settled, requests } = await reconciledNamespace(t, cluster, 'bare', { prepare })
  await settled()
  t.match(await get(stored, 'bare', 'cache'), {
    spec: { memcached: { shards: 3, image: /memcached/ }, router: { image: /mcrouter/ } },
  })
  isNormalisedFirst(t, await requests())
  t.equal(at(await get(statefulSets, 'bare', 'cache-memcached'), 'spec', 'replicas'), 3)
})
