import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import type { KubeApi } from '../../reconciler/kube/api.ts'
import { mcrouters as stored } from '../../reconciler/kube/resources.ts'
import { DEFAULT_IMAGES } from '../../schemas/images.ts'
import { RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// A namespace whose Mcrouters keep the reconciler busy does not keep that of another waiting. Counted in passes, not in time: a
// busy machine makes both slower.

const CROWD = 60
const NAMES = Array.from({ length: CROWD }, (_, index) => `busy-${index}`)
/** Each is one read of a pass, and a pass reads no more. */
const RETIRING = Array.from({ length: 16 }, (_, index) => `gone-${index}`).join()
const READ_MS = 50
const CHANGES = 5

const cluster = await startBareCluster(t)

/** With reads that take long where the crowd is. */
function slowFor(crowd: string, api: KubeApi): KubeApi {
  return {
    ...api,
    get: async (resource, key, signal) => {
      if (key.namespace === crowd) await delay(READ_MS)
      return await api.get(resource, key, signal)
    },
  }
}

t.test('a Mcrouter does not wait until all those of a busy namespace had their turn', async (t) => {
  await cluster.createNamespace('crowd')
  const passes: string[] = []
  const { want, settled, status } = await reconciledNamespace(t, cluster, 'victim', {
    given: { memcached_pool_size: 1 },
    moreNamespaces: ['crowd'],
    through: (api) => slowFor('crowd', api),
    onPass: (key) => passes.push(key),
  })
  await settled()
  // Complete, and in the version that is stored: writes through another cost the API server several conversions each.
  const spec = {
    memcached: { shards: 1, image: DEFAULT_IMAGES.memcached },
    router: { replicas: 1, image: DEFAULT_IMAGES.mcrouter },
  }
  const over = new AbortController()
  const keepBusy = async (name: string) => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      const annotations = { [RETIRING_ANNOTATION]: RETIRING, round: `${round}` }
      await cluster.apply(stored, { metadata: { name, namespace: 'crowd', annotations }, spec })
      // A pass takes the annotation off when it has looked for all of them.
      await delay(1_000, undefined, { signal: over.signal }).catch(() => undefined)
    }
  }
  const busy = NAMES.map(keepBusy)
  const ofCrowd = () => passes.filter((key) => key.startsWith('crowd/'))
  // Each makes all that there is of one, while the API server is kept busy: not a matter of fairness, however long it takes.
  await eventually('all of the crowd had a pass', () => new Set(ofCrowd()).size === CROWD, {
    withinMs: 600_000,
  })

  for (let change = 0; change < CHANGES; change += 1) {
    const wanted = await want({ memcached_pool_size: 1, mcrouter_replicas: 2 + (change % 2) })
    const before = ofCrowd().length
    await eventually('its status says so', async () => {
      const { observedGeneration } = await status()
      return observedGeneration === at(wanted, 'metadata', 'generation')
    })
    const between = ofCrowd().length - before
    t.ok(between < CROWD / 2, `${between} passes over those of the crowd meanwhile`)
  }
  over.abort()
  await Promise.all(busy)
})
