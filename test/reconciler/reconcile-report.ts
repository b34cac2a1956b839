import type { WorkloadStatus } from '../../reconciler/kube/built-in.ts'
import type { Child } from '../../reconciler/observe/child.ts'
import type { PoolReport, ReconcileReport, ScaleReport } from '../../reconciler/reconcile-report.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { routerPods, serverPods } from './pod.ts'

/** Of a Mcrouter with two routers and two servers with which all is well, but for what is given. */
export function findingsWith(
  overrides: Partial<Omit<ReconcileReport, 'scale'>> = {},
  scale: ScaleOverrides = {},
): ReconcileReport {
  return {
    name: 'cache',
    generation: 3,
    version: V1ALPHA3,
    admission: { kind: 'accepted', mcrouter: mcrouterWith() },
    children: [statefulSetWith(2), deploymentWith(2)],
    pods: [...serverPods(2), ...routerPods(2)],
    faults: [],
    outstanding: [],
    scale: scaleWith(scale),
    ...overrides,
  }
}

/** Of the scale, and of its one pool. */
type ScaleOverrides = Partial<ScaleReport> & Partial<Omit<PoolReport, 'name'>>

export function scaleWith({
  step,
  wait,
  running = 2,
  wanted = 2,
  ...rest
}: ScaleOverrides = {}): ScaleReport {
  return {
    pools: [{ name: MAIN_POOL, step: step ?? { servers: 2, routed: 2 }, wait, running, wanted }],
    adopting: false,
    servers: ['cache-memcached-0:11211', 'cache-memcached-1:11211'],
    endpoint: 'cache.shop.svc.cluster.local:5000',
    selector: 'app.kubernetes.io/instance=cache',
    layouts: new Map([[MAIN_POOL, { shards: 2, copies: 1 }]]),
    main: { shards: 2, copies: 1, topology: 'sharded' },
    external: new Map(),
    routers: 2,
    digest: 'd1',
    current: true,
    confirmation: {
      states: [
        { pod: 'r-0', runs: 'published' },
        { pod: 'r-1', runs: 'published' },
      ],
      since: Date.UTC(2026, 0, 1),
    },
    overdue: false,
    ...rest,
  }
}

export function statefulSetWith(replicas: number, status: WorkloadStatus = {}): Child {
  const revision = { currentRevision: 'a', updateRevision: 'a' }
  return workload('StatefulSet', 'cache-memcached', replicas, {
    replicas,
    availableReplicas: replicas,
    ...revision,
    ...status,
  })
}

export function deploymentWith(replicas: number, status: WorkloadStatus = {}): Child {
  return workload('Deployment', 'cache', replicas, { replicas, updatedReplicas: replicas, ...status })
}

/** On so many nodes, each with a router that serves. */
export function daemonSetWith(nodes: number, status: WorkloadStatus = {}): Child {
  const counts = { desiredNumberScheduled: nodes, updatedNumberScheduled: nodes, numberAvailable: nodes }
  return workload('DaemonSet', 'cache', nodes, { ...counts, ...status })
}

function workload(kind: string, name: string, replicas: number, status: WorkloadStatus): Child {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop', uid: `u-${kind}`, resourceVersion: '1', generation: 1 },
    owned: {},
    appliedAt: 0,
    changedBy: '',
    replicas,
    status: { observedGeneration: 1, ...status },
    published: undefined,
  }
}
