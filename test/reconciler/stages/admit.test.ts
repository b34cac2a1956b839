import t from 'tap'
import type { KubeObject, Resource } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import type { Child } from '../../../reconciler/observe/child.ts'
import { transformMcrouter } from '../../../reconciler/observe/mcrouter.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { admit } from '../../../reconciler/stages/admit.ts'
import { versionsWith } from '../../../routing/versions.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { Images } from '../../../schemas/images.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { STORED } from '../../../schemas/versions.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'

/** As it is read in the version in which somebody wrote it while the webhook was away. */
const written: KubeObject = {
  ...MCROUTER,
  apiVersion: V1ALPHA3.apiVersion,
  metadata: {
    ...MCROUTER.metadata,
    managedFields: [
      { manager: 'author', apiVersion: V1ALPHA3.apiVersion, fieldsV1: { 'f:spec': { 'f:poolSetup': {} } } },
    ],
  },
  spec: V1ALPHA3.withDefaults({ poolSetup: 'sharded' }),
}
const stored = asCached(written)

/** What a pass knows of it. */
function asCached(object: KubeObject): KubeObject {
  return transformMcrouter({ ...object, ...convert(object, V1ALPHA3, STORED) })
}

function judged(object: KubeObject): JsonObject {
  const judgement = judge(object)
  if (!judgement.accepted) throw new Error('it is valid')
  return judgement.spec
}

const CLOSED = { webhookClosed: () => 'connection refused' }

const normalised: KubeObject = { ...written, spec: judged(written) }

/** Admits `stored` with an API that answers so; gives what it was sent. */
async function sentTo(...answers: KubeObject[]) {
  const events: ReconcilerEvent[] = []
  const sent: unknown[] = []
  const merge = async ({ apiVersion }: Resource, _: unknown, body: object) => {
    t.equal(apiVersion, V1ALPHA3.apiVersion, 'in the version in which it was written')
    sent.push(body)
    return answers[sent.length - 1] ?? written
  }
  const { admission } = await admit(passWith({ merge }, events, stored), [])
  return { admission, events, sent }
}

t.test('a spec that was stored without the webhook is shown to it, and nothing is written', async (t) => {
  const { admission, events, sent } = await sentTo(normalised)
  t.same(admission, { kind: 'normalising', problem: undefined })
  t.same(sent, [{ metadata: { resourceVersion: '1' } }])
  t.match(events, [{ type: 'Normal', reason: 'Normalised' }])
})

t.test(
  'where that does nothing, it is written in its normalised form, and its owners are put back',
  async (t) => {
    const { managedFields } = written.metadata
    const { admission, sent } = await sentTo(written, normalised, normalised)
    t.same(admission, { kind: 'normalising', problem: undefined })
    t.match(sent[1], { metadata: { resourceVersion: '1' }, spec: { poolSetup: null, pool_setup: 'sharded' } })
    t.match(sent[2], { metadata: { resourceVersion: '1', managedFields } })
    t.equal(sent.length, 3)
  },
)

t.test('nothing is tried, and nobody alarmed, while the webhook is still coming up', async (t) => {
  const events: ReconcilerEvent[] = []
  const admitted = await admit(passWith({}, events, stored, CLOSED), [])
  t.match(admitted, {
    admission: { kind: 'normalising', problem: 'connection refused' },
    requeueAfterMs: 500,
  })
  t.same(events, [])
})

t.test('what is normalised already does not wait for it', async (t) => {
  const { admission } = await admit(passWith({}, [], asCached(normalised), CLOSED), [])
  t.equal(admission.kind, 'accepted')
})

t.test('a write that fails is told with its reason, but for a conflict, which is no news', async (t) => {
  const failing = (status: number) => async () => {
    throw new ApiError('failed calling webhook', { status, reason: 'InternalError' })
  }
  for (const [status, told] of [
    [500, 1],
    [409, 0],
  ] as const) {
    const events: ReconcilerEvent[] = []
    const { error } = await admit(passWith({ merge: failing(status) }, events, stored), [])
    t.ok(error)
    t.equal(events.length, told)
  }
})

t.test('what the webhook made of it stays, where this process would have made something else', async (t) => {
  const shown = { ...normalised, spec: { ...normalised.spec, memcached_image: 'memcached:other' } }
  const { sent } = await sentTo(shown)
  t.equal(sent.length, 1)
})

// An image is in no schema of v1beta1 as a default: what is written while the webhook is away has none.

const ANOTHER: Images = { memcached: 'memcached:today', mcrouter: 'mcrouter:today' }
const TODAY = versionsWith(ANOTHER)
const POOLS: JsonObject = {
  pools: [
    { name: 'users', shards: 1 },
    { name: 'new', shards: 1 },
  ],
}

function workload(kind: string, name: string, container: string): Child {
  const spec = { template: { spec: { containers: [{ name: container, image: `${container}:before` }] } } }
  const rest = { appliedAt: 0, changedBy: '', replicas: 1, status: {}, published: undefined }
  return { ...MCROUTER, kind, metadata: { ...MCROUTER.metadata, name }, owned: { spec }, ...rest }
}

const RUNNING = [
  workload('Deployment', 'cache', 'mcrouter'),
  workload('StatefulSet', 'cache-memcached', 'memcached'),
  workload('StatefulSet', 'cache-memcached-users', 'memcached'),
]

/** What is first sent of a Mcrouter whose spec names no image, with the Mcrouter that is gone by from then on. */
async function completed(
  spec: JsonObject,
  children: readonly Child[],
  rest: Partial<KubeObject['metadata']> = {},
) {
  const sent: JsonObject[] = []
  const nameless = {
    ...MCROUTER,
    metadata: { ...MCROUTER.metadata, ...rest },
    spec: STORED.withDefaults(spec),
  }
  const { memcached, router, pools } = nameless.spec
  const without = (part: unknown) => ({ ...Object(part), image: undefined })
  const object = JSON.parse(
    JSON.stringify({
      ...nameless,
      spec: {
        ...nameless.spec,
        memcached: without(memcached),
        router: without(router),
        ...(Array.isArray(pools) && { pools: pools.map(without) }),
      },
    }),
  )
  const merge = async (_: Resource, __: unknown, body: JsonObject) => {
    sent.push(Object(body.spec))
    const judgement = judge(
      { ...object, spec: { ...object.spec, ...Object(body.spec) } },
      { versions: TODAY },
    )
    return { ...object, ...(judgement.accepted && { spec: judgement.spec }) }
  }
  await admit(passWith({ merge }, [], object, { versions: TODAY }), children)
  return sent[0]
}

t.test('an image that is not named is that of the pods that are there, and else the default', async (t) => {
  t.match(await completed(POOLS, RUNNING), {
    router: { image: 'mcrouter:before' },
    memcached: { image: 'memcached:before' },
    pools: [
      { name: 'users', image: 'memcached:before' },
      { name: 'new', image: undefined },
    ],
  })
  t.strictSame(await completed({}, []), {}, 'nothing runs: the webhook fills in the default')
  t.strictSame(await completed({}, RUNNING.slice(0, 1)), { router: { image: 'mcrouter:before' } })
})

t.test('it is sent in the version in which the spec was written', async (t) => {
  const { managedFields } = written.metadata
  t.match(await completed({}, RUNNING, { managedFields: managedFields ?? [] }), {
    mcrouter_image: 'mcrouter:before',
    memcached_image: 'memcached:before',
  })
})
