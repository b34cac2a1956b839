import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { startCluster } from '../support/cluster.ts'

// One Mcrouter that is paused, goes on, is paused in the middle of a change, and is deleted.

const { apply, kubectl, read } = await startCluster(t)

/** `still`, as its manifest says. */
function still(spec: JsonObject): JsonObject {
  return { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata: { name: 'still' }, spec }
}

const reason = (type: string) => read('mcr still', `{.status.conditions[?(@.type=="${type}")].reason}`)

/** Whether the status is of the newest spec. */
async function isSeen(): Promise<boolean> {
  const generations = await read('mcr still', '{.metadata.generation} {.status.observedGeneration}')
  const [generation, observed] = generations.split(' ')
  return generation === observed
}

/** Names of the objects that it has. */
async function children(): Promise<string> {
  const kinds = 'statefulsets,deployments,services,configmaps,poddisruptionbudgets'
  const ours = ['get', kinds, '-l', 'app.kubernetes.io/instance=still', '-o', 'name']
  return (await kubectl(ours)).stdout
}

t.test('of one that is paused nothing is made, until it no longer is', async (t) => {
  t.equal((await apply(still({ paused: true, memcached: { shards: 1 } }))).code, 0)
  await eventually('it is paused', async () => (await reason('Ready')) === 'Paused')
  t.equal(await children(), '')
  await apply(still({ memcached: { shards: 1 } }))
  await eventually('it serves', async () => (await reason('Ready')) === 'Serving')
})

t.test('a change is judged at once and made later, and what is deleted stays away', async (t) => {
  const before = await read('sts still-memcached', '{.metadata.generation}')
  await apply(still({ paused: true, memcached: { shards: 2 } }))
  await eventually('it is seen', async () => (await isSeen()) && (await reason('Ready')) === 'Paused')
  t.match(await kubectl(['delete', 'pdb', 'still']), { code: 0 })
  t.match(await kubectl(['annotate', 'mcr', 'still', 'note=looked at']), { code: 0 })
  const refused = await apply(still({ paused: true, memcached: { shards: 0 } }))
  t.match(refused.stderr, /spec.memcached.shards/)
  await apply(still({ paused: true, memcached: { shards: 3 } }))
  await eventually('the next is seen', () => isSeen())
  t.equal(await read('sts still-memcached', '{.metadata.generation}'), before)
  t.equal(await read('pdb still', '{.metadata.name}'), '')
  await apply(still({ memcached: { shards: 3 } }))
  await eventually('all is there', async () => (await reason('Ready')) === 'Serving')
  t.equal(await read('sts still-memcached', '{.spec.replicas}'), '3')
})

t.test('one that is paused can be deleted', async (t) => {
  await apply(still({ paused: true, memcached: { shards: 3 } }))
  t.equal((await kubectl(['delete', 'mcr', 'still', '--timeout=60s'])).code, 0)
  await eventually('its objects go', async () => (await children()) === '')
})
