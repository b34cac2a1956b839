import assert from 'node:assert/strict'
import t from 'tap'
import { deployments, replicaSets, services, statefulSets } from '../../reconciler/kube/resources.ts'
import { reasonIn } from '../../reconciler/report/status.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../reconciler/adoption/predecessor.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { withoutCircumstances } from '../support/circumstances.ts'
import { mcrouter } from '../support/cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { Cut } from '../support/reconciler/cut.ts'
import { startReconciler } from '../support/reconciler/index.ts'

const cluster = await startBareCluster(t)

interface Story {
  /** What is there before the reconciler that is cut short begins. */
  readonly given: (namespace: string) => Promise<void>
  /** What is wanted then. */
  readonly servers: number
}

const STORIES: Readonly<Record<string, Story>> = {
  create: { given: async () => undefined, servers: 2 },
  grow: { given: (namespace) => converged(namespace, 2), servers: 3 },
  shrink: { given: (namespace) => converged(namespace, 3), servers: 2 },
  adoption: { given: predecessor, servers: 2 },
}

/** Cases at the same time, each in a namespace of its own. */
const AT_ONCE = 9

for (const [name, story] of Object.entries(STORIES)) {
  t.test(`cut short after any write, ${name} ends as if it had not been`, async (t) => {
    const unlimited = new Cut(Number.POSITIVE_INFINITY)
    const expected = await play(name, story, unlimited)
    const cuts = Array.from({ length: unlimited.written - 1 }, (_, index) => index + 1)
    t.ok(cuts.length > 2, `${cuts.length} places to cut`)
    const next = cuts.values()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const writes of next) {
          const found = await play(`${name}-${writes}`, story, new Cut(writes))
          assert.deepEqual(found, expected, `cut short after write ${writes}`)
        }
      }),
    )
  })
}

/** Plays a story with a reconciler that may be cut short and, then, another one. All that it leaves. */
async function play(namespace: string, { given, servers }: Story, cut: Cut): Promise<JsonObject[]> {
  await cluster.createNamespace(namespace)
  await given(namespace)
  await want(namespace, servers)
  const arrival = new AbortController()
  const first = await start(namespace, cut)
  await Promise.race([cut.reached, arrived(namespace, servers, arrival.signal)])
  arrival.abort()
  await first.stop('at once')
  const second = await start(namespace)
  await arrived(namespace, servers)
  await second.stop()
  const lists = await Promise.all([mcrouters, ...KINDS.values()].map((one) => cluster.list(one, namespace)))
  const ours = lists.flat().filter(({ metadata }) => at(metadata, 'name') !== 'kube-root-ca.crt')
  const found = ours.map((object) => withoutCircumstances(object, 'generation'))
  return JSON.parse(JSON.stringify(found).replaceAll(namespace, 'NAMESPACE'))
}

function start(namespace: string, cut = new Cut(Number.POSITIVE_INFINITY)) {
  return startReconciler(cluster.controlPlane, {
    namespace,
    graceMs: 100,
    through: (api) => cut.through(api),
  })
}

async function want(namespace: string, servers: number): Promise<JsonObject> {
  const { spec } = mcrouter('cache', { memcached_pool_size: servers })
  return await cluster.apply(mcrouters, { metadata: { name: 'cache', namespace }, spec })
}

async function converged(namespace: string, servers: number): Promise<void> {
  await want(namespace, servers)
  const reconciler = await start(namespace)
  await arrived(namespace, servers)
  await reconciler.stop()
}

/** The objects that the Ansible operator made for a Mcrouter, with running pods. */
async function predecessor(namespace: string): Promise<void> {
  const { metadata } = await want(namespace, 2)
  const owner = {
    apiVersion: mcrouters.apiVersion,
    kind: mcrouters.kind,
    name: 'cache',
    uid: at(metadata, 'uid'),
  }
  const owned = (object: JsonObject) => ({
    ...object,
    metadata: { ...Object(object.metadata), ownerReferences: [owner] },
  })
  await cluster.apply(services, owned(predecessorsService('cache', namespace)))
  await cluster.apply(statefulSets, owned(predecessorsStatefulSet('cache', 2, namespace)))
  await cluster.apply(deployments, owned(predecessorsDeployment('cache', namespace)))
  await eventually('its pods run', async () => {
    const statefulSet = await cluster.get(statefulSets, namespace, 'cache-memcached')
    const deployment = await cluster.get(deployments, namespace, 'cache')
    return at(statefulSet, 'status', 'readyReplicas') === 2 && at(deployment, 'status', 'readyReplicas') === 1
  })
}

/** The pool has that size, the status says that all is done, and nothing of another operator's routers is left. */
function arrived(namespace: string, servers: number, signal?: AbortSignal): Promise<boolean> {
  const look = async () => {
    if (signal?.aborted) return true
    const statefulSet = await cluster.get(statefulSets, namespace, 'cache-memcached')
    if (at(statefulSet, 'spec', 'replicas') !== servers) return false
    const stored = (await cluster.get(mcrouters, namespace, 'cache')) ?? {}
    const status = Object(stored.status)
    return (
      at(status, 'ready', 'servers') === `${servers}/${servers}` &&
      reasonIn(status, 'Running') === 'Successful' &&
      at(stored, 'metadata', 'annotations', RETIRING_ANNOTATION) === undefined &&
      (await cluster.list(replicaSets, namespace)).length === 1
    )
  }
  // Rarely: of many cases at the same time, looking would be most of the work.
  return eventually(`${servers} servers in ${namespace}`, look, { everyMs: 250 })
}
