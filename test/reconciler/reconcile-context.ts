import { ConversionOutage } from '../../reconciler/conversion-outage.ts'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ObjectState } from '../../reconciler/object-state.ts'
import type { ReconcileContext } from '../../reconciler/reconcile-context.ts'
import type { ReconcilerEvent } from '../../reconciler/reconciler-event.ts'
import { render } from '../../render/index.ts'
import { KINDS } from '../../render/kinds.ts'
import { STORED } from '../../schemas/versions.ts'
import { TestClock } from '../support/clock.ts'

const unexpected = (call: string) => () => Promise.reject(new Error(`${call} was not expected`))

/** An API of which only what is given may be called. */
export function apiWith(calls: Partial<KubeApi>): KubeApi {
  return {
    get: unexpected('get'),
    list: unexpected('list'),
    create: unexpected('create'),
    evict: unexpected('evict'),
    apply: unexpected('apply'),
    replace: unexpected('replace'),
    merge: unexpected('merge'),
    delete: unexpected('delete'),
    ...calls,
  }
}

export const MCROUTER: KubeObject = {
  apiVersion: STORED.apiVersion,
  kind: 'Mcrouter',
  metadata: { name: 'cache', namespace: 'shop', uid: 'u-cache', resourceVersion: '1', generation: 1 },
}

/** A pass over `cache` in `shop` that remembers nothing and asks nobody; what it tells is added to `events`. */
export function passWith(
  calls: Partial<KubeApi>,
  events: ReconcilerEvent[] = [],
  mcrouter = MCROUTER,
  rest: Partial<ReconcileContext> = {},
): ReconcileContext {
  return {
    key: 'shop/cache',
    api: apiWith(calls),
    kinds: KINDS,
    conversion: new ConversionOutage(),
    render,
    clock: new TestClock(),
    operator: 'system/op',
    settings: { clusterDomain: 'cluster.local' },
    timeouts: { graceMs: 0, confirmMs: 0, fillMs: 0 },
    confirm: undefined,
    lookup: undefined,
    vitals: undefined,
    webhookClosed: () => undefined,
    state: new ObjectState(),
    mcrouter,
    stored: mcrouter,
    signal: new AbortController().signal,
    recordEvent: (one) => void events.push(one),
    onTrouble: (error) => {
      throw error
    },
    ...rest,
  }
}
