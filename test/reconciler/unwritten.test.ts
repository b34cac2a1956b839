import t from 'tap'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/connection/errors.ts'
import { ObjectStates } from '../../reconciler/object-state.ts'
import { transformPod } from '../../reconciler/observe/pod.ts'
import { Unwritten } from '../../reconciler/unwritten.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { TestClock } from '../support/clock.ts'
import { child, DIGEST, MINUTE, pass, router, server, stored } from './one-pass.ts'
import { replicaSet } from './owned.ts'
import { MCROUTER } from './reconcile-context.ts'
import { cachedObject } from './scaling/pools-objects.ts'

// While nobody converts, the API server takes no status, and no annotation, of a Mcrouter that was written in another version
// than the stored one. What a pass found has to count nevertheless.

const UNCONVERTED = new ApiError('conversion webhook for mcrouter.example.com/v1beta1 failed: no endpoints', {
  status: 500,
  reason: 'InternalError',
})

/** Of four servers, of which routers are told to use two. */
const PUBLISHED = child('ConfigMap', 'cache-config', { published: { digest: DIGEST, routed: { main: 2 } } })
const WORKLOADS = [
  child('StatefulSet', 'cache-memcached', { replicas: 4, status: { observedGeneration: 1 } }),
  child('Deployment', 'cache', { replicas: 1 }),
]

/** So many passes over a Mcrouter of which nothing can be written, a good while after each other. */
async function passes(many: number, mcrouter: KubeObject, objectStates = new ObjectStates()) {
  const clock = new TestClock()
  const pods = [router('r-0', clock.now() - MINUTE), ...[0, 1].map((at) => server(at, clock.now() - MINUTE))]
  const lists: Readonly<Record<string, readonly KubeObject[]>> = {
    Mcrouter: [mcrouter],
    Pod: pods.map(transformPod),
  }
  let config: KubeObject = PUBLISHED
  let servers: unknown
  const calls: Partial<KubeApi> = {
    list: async ({ kind }) => lists[kind] ?? [replicaSet()],
    apply: async (_, manifest) => {
      if (manifest.kind === 'StatefulSet') servers = Object(manifest.spec).replicas
      if (manifest.kind === 'ConfigMap') {
        const { uid: _, resourceVersion: __, ...planned } = Object(manifest.metadata)
        config = cachedObject({ ...Object(manifest), metadata: planned }, 1, clock.now())
      }
      const metadata = { ...MCROUTER.metadata, ...Object(manifest.metadata) }
      return { ...mcrouter, ...manifest, metadata, status: { availableReplicas: 1 } }
    },
    merge: async ({ kind }) => {
      if (kind === 'Mcrouter') throw UNCONVERTED
      return mcrouter
    },
  }
  const done: (Awaited<ReturnType<typeof pass>> & { readonly servers: unknown })[] = []
  for (let time = 0; time < many; time += 1) {
    const cached = { pods, children: [...WORKLOADS, config], mcrouter, objectStates }
    const one = await pass(clock, cached, calls)
    done.push({ ...one, servers })
    // Longer than a pass waits for the caches to show what the one before has written.
    await clock.advance(6_000)
  }
  return done
}

const withStatus = (status: JsonObject): KubeObject => ({ ...stored, status })

t.test('a shrink ends although no status tells since when its routers have confirmed', async (t) => {
  const done = await passes(3, withStatus({ config: { digest: DIGEST } }))
  t.strictSame(
    done.map(({ servers }) => servers),
    [4, 4, 2],
    'published, confirmed, and a grace time later',
  )
})

t.test('what is due is not put off for longer by a status that cannot be written', async (t) => {
  const [, confirmed] = await passes(2, withStatus({ config: { digest: DIGEST } }))
  t.match(confirmed?.outcome, { kind: 'retry', error: UNCONVERTED, withinMs: 999 })
})

t.test('a status that cannot be written is tried again soon', async (t) => {
  const [paused] = await passes(1, { ...stored, spec: { ...stored.spec, paused: true } })
  t.match(paused?.outcome, { kind: 'retry', error: UNCONVERTED, withinMs: 30_000 })
})

t.test('a note of routers that are gone keeps no server', async (t) => {
  const annotations = { [RETIRING_ANNOTATION]: 'old' }
  const done = await passes(5, { ...stored, metadata: { ...stored.metadata, annotations } })
  t.equal(done[1]?.servers, 4)
  t.equal(done[4]?.servers, 2)
  t.match(done[4]?.troubles, [/conversion webhook/], 'it is tried to take it away again, and told')
})

t.test('that it is paused is said once', async (t) => {
  const paused = { ...stored, spec: { ...stored.spec, paused: true } }
  const told = await passes(3, paused)
  t.strictSame(
    told.flatMap(({ events }) => events.map(({ reason }) => reason)),
    ['Paused'],
  )
})

t.test('one that was deleted and made anew takes nothing of it over', async (t) => {
  const unwritten = new Unwritten()
  unwritten.status('u-cache', { observedGeneration: 1 })
  t.match(unwritten.over(stored), { status: { observedGeneration: 1 } })
  const anew = { ...stored, metadata: { ...stored.metadata, uid: 'u-new' } }
  t.equal(unwritten.over(anew), anew)
  unwritten.retired(anew)
  t.equal(unwritten.over(stored), stored)
})
