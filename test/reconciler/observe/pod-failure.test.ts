import t from 'tap'
import { isPod, transformPod } from '../../../reconciler/observe/pod.ts'
import type { JsonObject } from '../../../schemas/json.ts'

/** As a webhook of somebody else puts it first. */
const SIDECAR = { name: 'proxy', ports: [{ containerPort: 15_090 }] }

const LABELS = { 'app.kubernetes.io/component': 'memcached', 'app.kubernetes.io/instance': 'cache' }

function pod(status: JsonObject, metadata: JsonObject = {}) {
  const transformed = transformPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cache-memcached-2',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '1',
      labels: LABELS,
      ...metadata,
    },
    spec: { containers: [SIDECAR, { name: 'memcached', ports: [{ containerPort: 11212 }] }] },
    status,
  })
  return [transformed].find(isPod)
}

function container(state: JsonObject, rest: JsonObject = {}): JsonObject {
  return { containerStatuses: [{ name: 'memcached', image: 'memcached:1.6', ready: false, state, ...rest }] }
}

t.test('a pod that is well, or that needs more time, has no trouble', async (t) => {
  t.equal(pod(container({ running: {} }, { ready: true }))?.trouble, undefined)
  t.equal(pod(container({ running: {} }))?.trouble, undefined, 'not ready yet')
  t.equal(pod(container({ waiting: { reason: 'ContainerCreating' } }))?.trouble, undefined)
  t.equal(pod({})?.trouble, undefined)
  const refused = container({ waiting: { reason: 'ErrImagePull' } })
  t.equal(pod(refused, { deletionTimestamp: '2026-01-01T00:00:00Z' })?.trouble, undefined, 'it goes anyway')
})

t.test('an image that cannot be pulled', async (t) => {
  t.strictSame(
    pod(
      container({
        waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "memcached:1.6"' },
      }),
    )?.trouble,
    {
      reason: 'ImagePullFailed',
      message: 'Pod cache-memcached-2 cannot get image memcached:1.6: Back-off pulling image "memcached:1.6"',
    },
  )
  t.match(pod(container({ waiting: { reason: 'InvalidImageName' } }))?.trouble, {
    reason: 'ImagePullFailed',
    message: /: InvalidImageName$/,
  })
})

t.test('a pod that fits on no node, in the words of the scheduler', async (t) => {
  const message = '0/3 nodes are available: 3 Insufficient memory.'
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
  t.strictSame(pod({ phase: 'Pending', conditions })?.trouble, {
    reason: 'Unschedulable',
    message: `Pod cache-memcached-2 fits on no node: ${message}`,
  })
  const gated = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }]
  t.equal(pod({ conditions: gated })?.trouble, undefined)
})

t.test('a container that ends again and again, with how it ended', async (t) => {
  const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }
  const ended = (terminated: JsonObject) => pod(container(state, { lastState: { terminated } }))?.trouble
  t.strictSame(ended({ exitCode: 64, reason: 'Error', message: 'bad flag\n' }), {
    reason: 'CrashLooping',
    message: 'Pod cache-memcached-2: container memcached exits with code 64: bad flag',
  })
  t.match(ended({ exitCode: 137, reason: 'OOMKilled' }), {
    reason: 'OutOfMemory',
    message: 'Pod cache-memcached-2: container memcached was killed at its memory limit',
  })
  t.strictSame(pod(container({ terminated: { exitCode: 1 } }))?.trouble, {
    reason: 'CrashLooping',
    message:
      'Pod cache-memcached-2: container memcached exits with code 1; see kubectl logs cache-memcached-2 --previous',
  })
})

t.test('a container that cannot start, and a pod that its node gave up', async (t) => {
  const message = 'container has runAsNonRoot and image will run as root'
  t.match(pod(container({ waiting: { reason: 'CreateContainerConfigError', message } }))?.trouble, {
    message: `Pod cache-memcached-2: container memcached cannot start: ${message}`,
  })
  t.match(
    pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' })?.trouble,
    {
      message: 'Pod cache-memcached-2 has failed: Evicted: The node was low on resource: memory.',
    },
  )
})

t.test('a container of somebody else’s says nothing of ours', async (t) => {
  const proxy = { name: 'proxy', state: { running: { startedAt: '2026-01-31T12:00:00Z' } } }
  const ours = { name: 'memcached', state: { waiting: { reason: 'ContainerCreating' } } }
  t.match(pod({ containerStatuses: [proxy, ours] }), { running: false, startedAt: 0, port: 11212 })
})

t.test('words without end are cut', async (t) => {
  const message = 'x'.repeat(100_000)
  t.equal(pod(container({ waiting: { reason: 'ErrImagePull', message } }))?.trouble?.message.length, 500)
})

t.test('what else is read of a pod', async (t) => {
  const running = { ...container({ running: { startedAt: '2026-01-31T12:00:00Z' } }), podIP: '10.0.0.7' }
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-31T12:00:07Z' }]
  t.match(pod({ ...running, conditions }), {
    ordinal: 2,
    ip: '10.0.0.7',
    port: 11212,
    ready: true,
    turnedAt: Date.UTC(2026, 0, 31, 12, 0, 7),
    running: true,
    deleting: false,
    startedAt: Date.UTC(2026, 0, 31, 12),
    adopted: false,
  })
  const creationTimestamp = '2026-01-31T11:00:00Z'
  t.match(pod({}, { creationTimestamp }), { turnedAt: Date.UTC(2026, 0, 31, 11) }, 'before it says anything')
  t.match(pod({}, { labels: { ...LABELS, app: 'cache-cache' } }), {
    adopted: true,
    ready: false,
    running: false,
  })
  t.equal(pod({}, { labels: {} }), undefined, 'of no component')
})
