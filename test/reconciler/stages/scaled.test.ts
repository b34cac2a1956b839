import t from 'tap'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import type { ReconcileContext } from '../../../reconciler/reconcile-context.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { admit } from '../../../reconciler/stages/admit.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { STORED } from '../../../schemas/versions.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'

// A Mcrouter whose scale was set: nobody but the API server has seen it since.

function mcrouter(memcached: JsonObject): KubeObject {
  return { ...MCROUTER, spec: STORED.withDefaults({ memcached }) }
}

const SCALED = mcrouter({ shards: 3, copies: 1, replicas: 5 })

async function admitted(object: KubeObject, merge: KubeApi['merge'], rest: Partial<ReconcileContext> = {}) {
  const [events, troubles, sent]: [ReconcilerEvent[], string[], unknown[]] = [[], [], []]
  const onTrouble = ({ message }: Error) => void troubles.push(message)
  const counted: KubeApi['merge'] = (...call) => {
    sent.push(call[2])
    return merge(...call)
  }
  const context = passWith({ merge: counted }, events, object, { onTrouble, ...rest })
  const { admission } = await admit(context, [])
  t.same(events, [], 'nobody is told: nothing is wrong')
  return { admission, troubles, sent, again: () => admit(context, []) }
}

t.test('it is shown to the webhook, and the pass is made of what that makes of it', async (t) => {
  const now = mcrouter({ shards: 5, copies: 1, replicas: 5 })
  const metadata = { ...now.metadata, generation: 2, resourceVersion: '2' }
  const { admission, sent } = await admitted(SCALED, async () => ({ ...now, metadata }))
  t.same(admission, { kind: 'normalising', problem: undefined })
  t.same(sent, [{ metadata: { resourceVersion: '1' } }])
})

t.test('the scale is done also where that is not to be had', async (t) => {
  const five = { kind: 'accepted', mcrouter: { pools: [{ shards: 5, copies: 1 }] } }
  const failing = (status: number) => async () => {
    throw new ApiError('failed calling webhook', { status, reason: 'InternalError' })
  }
  const closed = await admitted(SCALED, failing(500), { webhookClosed: () => 'connection refused' })
  t.match(closed, { admission: five, sent: [], troubles: [] })
  t.match(await admitted(SCALED, failing(500)), { admission: five, troubles: ['failed calling webhook'] })
  t.match(await admitted(SCALED, failing(409)), { admission: five, troubles: [] })
})

t.test('so it is where nobody has filled in what it counts', async (t) => {
  const { shards: _, copies: __, ...memcached } = Object(SCALED.spec?.memcached)
  const unseen = { ...SCALED, spec: { ...SCALED.spec, memcached } }
  const now = mcrouter({ shards: 5, copies: 1, replicas: 5 })
  const metadata = { ...now.metadata, generation: 2, resourceVersion: '2' }
  const { admission, sent } = await admitted(unseen, async () => ({ ...now, metadata }))
  t.same(admission, { kind: 'normalising', problem: undefined })
  t.same(sent, [{ metadata: { resourceVersion: '1' } }])
  const closed = await admitted(unseen, async () => now, { webhookClosed: () => 'connection refused' })
  t.match(closed, {
    admission: { kind: 'accepted', mcrouter: { pools: [{ shards: 5, copies: 1 }] } },
    sent: [],
  })
})

t.test('an API server that leaves it as it is, is asked once', async (t) => {
  const { admission, sent, again } = await admitted(SCALED, async () => SCALED)
  t.equal(admission.kind, 'accepted')
  t.equal((await again()).admission.kind, 'accepted')
  t.equal(sent.length, 1)
})

t.test('so is a pool that has no number for a scale yet, or has one that it does not need', async (t) => {
  const external = [{ host: 'a.example.com', port: 11_211, tls: false }]
  for (const memcached of [
    { shards: 3, copies: 1 },
    { external, replicas: 3 },
  ]) {
    const object = mcrouter(memcached)
    const { admission, sent } = await admitted(object, async () => object)
    t.equal(admission.kind, 'accepted')
    t.equal(sent.length, 1)
  }
})

t.test('one that is paused is written out all the same, of which nothing is made', async (t) => {
  const paused = { ...SCALED, spec: { ...SCALED.spec, paused: true }, status: PAUSED }
  const now = mcrouter({ shards: 5, copies: 1, replicas: 5 })
  const written = { ...now, spec: { ...now.spec, paused: true } }
  const metadata = { ...now.metadata, generation: 2, resourceVersion: '2' }
  const { sent, admission } = await admitted(paused, async () => ({ ...written, metadata }))
  t.same(sent, [{ metadata: { resourceVersion: '1' } }])
  t.match(admission, { kind: 'paused', mcrouter: { pools: [{ shards: 5 }] } })
  const asked = await admitted(paused, async () => paused)
  t.equal((await asked.again()).admission.kind, 'paused')
  t.equal(asked.sent.length, 1, 'once')
  const unnormalised = { ...paused, spec: { memcached: { replicas: 5 }, paused: true } }
  const untouched = await admitted(unnormalised, async () => unnormalised)
  t.match(untouched, { admission: { kind: 'paused' }, sent: [] })
})

/** So that it is no news. */
const PAUSED: JsonObject = { conditions: [{ type: 'Progressing', status: 'False', reason: 'Paused' }] }

t.test('what is in step is left alone', async (t) => {
  const { admission, sent } = await admitted(mcrouter({ replicas: 3 }), async () => SCALED)
  t.equal(admission.kind, 'accepted')
  t.equal(sent.length, 0)
})
