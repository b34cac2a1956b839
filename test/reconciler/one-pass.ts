import { ConversionOutage } from '../../reconciler/conversion-outage.ts'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ObjectStates } from '../../reconciler/object-state.ts'
import type { Cache } from '../../reconciler/observe/caches.ts'
import { finishedOf } from '../../reconciler/observe/group.ts'
import { transformPod } from '../../reconciler/observe/pod.ts'
import { ownerReference } from '../../reconciler/plan/owner.ts'
import { type ReconcileDeps, reconcile } from '../../reconciler/reconcile.ts'
import type { ReconcilerEvent } from '../../reconciler/reconciler-event.ts'
import { render } from '../../render/index.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { GENERATION_ANNOTATION } from '../../schemas/well-known.ts'
import { TestClock } from '../support/clock.ts'
import { replicaSet, routerPod, serverPod } from './owned.ts'
import { apiWith, MCROUTER } from './reconcile-context.ts'

// A pass of the whole reconciler over one Mcrouter, from caches that hold what a test gives.

export const MINUTE = 60_000
export const DIGEST = 'published'
const judged = judge({ ...MCROUTER, spec: { memcached: { shards: 2 } } })
export const stored: KubeObject = {
  ...MCROUTER,
  spec: judged.accepted ? judged.spec : {},
  status: {
    config: { digest: DIGEST, since: new Date(new TestClock().now() - MINUTE / 2).toISOString() },
  },
}

function cacheOf(...objects: readonly KubeObject[]): Cache {
  return {
    get: ({ name }) => objects.find(({ metadata }) => metadata.name === name),
    resourceVersion: ({ name }) =>
      objects.find(({ metadata }) => metadata.name === name)?.metadata.resourceVersion,
    group: (name) => (name.endsWith(finishedOf('')) ? [] : objects),
    groupSize: () => objects.length,
  }
}

/** In the form in which caches keep them. */
export function child(kind: string, name: string, rest: JsonObject): KubeObject {
  const metadata = {
    name,
    namespace: 'shop',
    uid: `u-${kind}`,
    resourceVersion: '1',
    generation: 1,
    ownerReferences: [ownerReference(MCROUTER)],
  }
  const owned = { metadata: { annotations: { [GENERATION_ANNOTATION]: '1' } } }
  return {
    apiVersion: 'v1',
    kind,
    metadata,
    owned,
    appliedAt: 0,
    changedBy: '',
    replicas: 0,
    status: {},
    ...rest,
  }
}

/** A pass over the Mcrouter, which wants two servers; what it applied, and what went wrong without stopping it. */
export async function pass(
  clock: TestClock,
  cached: {
    readonly pods: readonly KubeObject[]
    readonly children?: readonly KubeObject[]
    readonly mcrouter?: KubeObject
    readonly objectStates?: ObjectStates
  },
  calls: Partial<KubeApi> = {},
  running: Readonly<Record<string, 'old'>> = {},
  rest: Partial<ReconcileDeps> = {},
) {
  const applied: KubeObject[] = []
  const troubles: string[] = []
  const events: ReconcilerEvent[] = []
  const api = apiWith({
    get: async () => undefined,
    list: async () => [],
    create: async (_, object) => ({ ...stored, ...object }),
    apply: async (_, manifest) => {
      const metadata = { ...MCROUTER.metadata, ...Object(manifest.metadata) }
      const object = { ...stored, ...manifest, metadata }
      applied.push(object)
      return object
    },
    merge: async () => stored,
    ...calls,
  })
  const kinds = new Set((cached.children ?? []).map(({ kind }) => kind))
  const children = new Map(
    [...kinds].map((kind) => [kind, cacheOf(...(cached.children ?? []).filter((one) => one.kind === kind))]),
  )
  const outcome = await reconcile(
    'shop/cache',
    {
      api,
      kinds: KINDS,
      conversion: new ConversionOutage(),
      render,
      caches: {
        mcrouters: cacheOf(cached.mcrouter ?? stored),
        pods: cacheOf(...cached.pods.map(transformPod)),
        replicaSets: cacheOf(replicaSet()),
        children,
      },
      objectStates: cached.objectStates ?? new ObjectStates(),
      operator: 'system/op',
      webhookClosed: () => undefined,
      vitals: undefined,
      recordEvent: (_, event) => void events.push(event),
      onTrouble: ({ metadata }, { message }) =>
        void troubles.push(`${metadata.namespace}/${metadata.name}: ${message}`),
      clock,
      settings: { clusterDomain: 'cluster.local' },
      timeouts: { graceMs: 0, confirmMs: 2 * MINUTE, fillMs: 60 * MINUTE },
      confirm: async (routers) =>
        routers.map(({ pod }) => ({ pod, runs: running[pod] ?? ('published' as const) })),
      lookup: undefined,
      ...rest,
    },
    new AbortController().signal,
  )
  return { outcome, applied, events, troubles }
}

/** One that has been Ready since `at`. */
export function router(name: string, at: number): KubeObject {
  return routerPod(name, { status: readySince('mcrouter', at) })
}

export function server(ordinal: number, at: number): KubeObject {
  return serverPod(ordinal, { status: readySince('memcached', at) })
}

function readySince(container: string, at: number): JsonObject {
  const since = new Date(at).toISOString()
  return {
    podIP: '10.0.0.1',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }],
    containerStatuses: [{ name: container, state: { running: { startedAt: since } } }],
  }
}
