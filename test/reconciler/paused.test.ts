import t from 'tap'
import { ConversionOutage } from '../../reconciler/conversion-outage.ts'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ObjectStates } from '../../reconciler/object-state.ts'
import type { Cache } from '../../reconciler/observe/caches.ts'
import { finishedOf } from '../../reconciler/observe/group.ts'
import { type ReconcileDeps, reconcile } from '../../reconciler/reconcile.ts'
import { render } from '../../render/index.ts'
import { KINDS } from '../../render/kinds.ts'
import { convert } from '../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { objectOf } from '../schemas/v1beta1/judged.ts'
import { BOTH, V1BETA1 } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'
import { TestClock } from '../support/clock.ts'
import { apiWith } from './reconcile-context.ts'

const METADATA = { name: 'cache', namespace: 'shop', uid: 'u-cache', resourceVersion: '1', generation: 3 }

/** A spec of which admission leaves nothing to be done. */
const NORMALISED: JsonObject = { memcached: { replicas: 3 } }

function stored(spec: JsonObject, rest: Partial<KubeObject> = {}): KubeObject {
  const complete = V1BETA1.withDefaults(spec)
  return { apiVersion: V1BETA1.apiVersion, kind: 'Mcrouter', metadata: METADATA, spec: complete, ...rest }
}

function cacheOf(...objects: readonly KubeObject[]): Cache {
  const find = (name: string) => objects.find(({ metadata }) => metadata.name === name)
  return {
    get: ({ name }) => find(name),
    resourceVersion: ({ name }) => find(name)?.metadata.resourceVersion,
    group: (name) => (name.endsWith(finishedOf('')) ? [] : objects),
    groupSize: () => objects.length,
  }
}

/** A pass, with all that it sent and told. */
async function pass(mcrouter: KubeObject) {
  const [sent, events]: [string[], string[]] = [[], []]
  let status: JsonObject = {}
  const written = (call: string) => async () => {
    sent.push(call)
    return mcrouter
  }
  const merge: KubeApi['merge'] = async (_, __, body, options) => {
    sent.push(`merge ${options?.subresource ?? ''}`)
    status = Object(Object(body).status)
    return mcrouter
  }
  const api = apiWith({
    list: async () => [],
    get: async () => undefined,
    create: written('create'),
    apply: async (_, manifest) => {
      sent.push(`apply ${manifest.kind}`)
      return { ...mcrouter, ...manifest, metadata: { ...METADATA, ...Object(manifest.metadata) } }
    },
    replace: written('replace'),
    merge,
  })
  const deps: ReconcileDeps = {
    api,
    kinds: KINDS,
    conversion: new ConversionOutage(),
    render,
    versions: BOTH,
    caches: { mcrouters: cacheOf(mcrouter), pods: cacheOf(), replicaSets: cacheOf(), children: new Map() },
    objectStates: new ObjectStates(),
    operator: 'system/op',
    webhookClosed: () => undefined,
    vitals: undefined,
    recordEvent: (_, { reason }) => void events.push(reason),
    onTrouble: () => undefined,
    clock: new TestClock(),
    settings: { clusterDomain: 'cluster.local' },
    timeouts: { graceMs: 0, confirmMs: 0, fillMs: 0 },
    confirm: undefined,
    lookup: undefined,
  }
  const outcome = await reconcile('shop/cache', deps, new AbortController().signal)
  const conditions: readonly JsonObject[] = Array.isArray(status.conditions) ? status.conditions : []
  const reasons = Object.fromEntries(
    conditions.map(({ type, status: is, reason }) => [type, `${is} ${reason}`]),
  )
  return { outcome, sent, events, reasons, status }
}

t.test('of one that is paused nothing but the status is written', async (t) => {
  const { sent, events, reasons, status, outcome } = await pass(stored({ paused: true }))
  t.same(sent, ['merge status'])
  t.same(events, ['Paused'])
  t.match(reasons, {
    Accepted: 'True Valid',
    Progressing: 'Unknown Paused',
    ConfigApplied: 'Unknown Paused',
    Ready: 'False Paused',
    Reconciling: 'False Idle',
    Stalled: 'False NotStalled',
  })
  t.equal(status.observedGeneration, 3)
  t.same(outcome, { kind: 'done' })
})

t.test('the same pass of one that is not creates its objects', async (t) => {
  const { sent } = await pass(stored(NORMALISED))
  t.ok(sent.includes('apply StatefulSet'))
})

t.test('it is told once, and that it goes on as well', async (t) => {
  const status = { conditions: [{ type: 'Progressing', status: 'Unknown', reason: 'Paused' }] }
  t.same((await pass(stored({ paused: true }, { status }))).events, [])
  const { events, sent } = await pass(stored(NORMALISED, { status }))
  t.ok(events.includes('Resumed'))
  t.ok(sent.includes('apply Deployment'))
})

t.test('a spec that was stored without the webhook is not normalised meanwhile', async (t) => {
  const spec = { paused: true, memcached: { shards: 2 } }
  t.same((await pass({ ...stored({}), spec })).sent, ['merge status'])
})

t.test('it is judged all the same', async (t) => {
  const { sent, reasons } = await pass(stored({ paused: true, router: { replicas: 0 } }))
  t.same(sent, ['merge status'])
  t.equal(reasons.Accepted, 'False Invalid')
})

t.test('v1alpha3 has no word for it, and takes nothing of it away', async (t) => {
  const paused = objectOf({ memcached: { shards: 3 }, paused: true })
  const there = convert(paused, V1BETA1, V1ALPHA3)
  t.notOk('paused' in Object(there.spec))
  t.same(convert(there, V1ALPHA3, V1BETA1), paused)
  const scaled = { ...there, spec: { ...Object(there.spec), memcached_pool_size: 5 } }
  t.match(at(convert(scaled, V1ALPHA3, V1BETA1), 'spec'), { paused: true, memcached: { shards: 5 } })
})
