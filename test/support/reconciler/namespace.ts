import type { Test } from 'tap'
import { reasonIn } from '../../../reconciler/report/status.ts'
import { KINDS } from '../../../render/kinds.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { AuditEvent } from '../../../testing/control-plane/audit.ts'
import { eventually } from '../../../testing/deadline.ts'
import { at } from '../at.ts'
import type { BareCluster } from '../bare-cluster.ts'
import { mcrouters } from '../mcrouters.ts'
import { type ReconcilerOptions, startReconciler } from './index.ts'

/** A namespace of a cluster with a reconciler of its own. */
export interface ReconciledNamespace {
  /** Applies a Mcrouter (`cache` by default) with that spec; resolves to what is stored. */
  want(spec: JsonObject, name?: string): Promise<JsonObject>
  status(name?: string): Promise<JsonObject>
  /** The reason of a condition of its status. */
  reason(condition: string, name?: string): Promise<string | undefined>
  /** Resolves when its newest spec is what runs. */
  settled(name?: string): Promise<void>
  /** What it expanded to. */
  children(): Promise<JsonObject[]>
  /** What went wrong in the reconciler without stopping it. */
  troubles(): readonly string[]
  /** What reconcilers inside this process asked of the API server here, but for watches, lists and events. */
  requests(): Promise<AuditEvent[]>
}

interface Options extends Omit<ReconcilerOptions, 'namespace'> {
  /** Spec of a Mcrouter that is there before the reconciler begins. */
  readonly given?: JsonObject
  /** Sees to whatever else is to be there by then. */
  readonly prepare?: () => Promise<void>
}

export async function reconciledNamespace(
  t: Test,
  cluster: BareCluster,
  namespace: string,
  options: Options = {},
): Promise<ReconciledNamespace> {
  const { apply, controlPlane, get, list } = cluster
  const want = (spec: JsonObject, name = 'cache') => apply(mcrouters, { metadata: { name, namespace }, spec })
  const stored = async (name: string) => (await get(mcrouters, namespace, name)) ?? {}
  const status = async (name = 'cache'): Promise<JsonObject> => Object((await stored(name)).status)
  await cluster.createNamespace(namespace)
  if (options.given !== undefined) await want(options.given)
  await options.prepare?.()
  const reconciler = await startReconciler(controlPlane, { graceMs: 100, ...options, namespace })
  t.teardown(() => reconciler.stop())
  return {
    want,
    status,
    reason: async (condition, name) => reasonIn(await status(name), condition),
    settled: async (name = 'cache') => {
      await eventually(`${namespace}/${name} is complete`, async () => {
        const { metadata, status: found } = await stored(name)
        const observed = at(found, 'observedGeneration')
        return (
          observed === at(metadata, 'generation') && reasonIn(Object(found), 'Progressing') === 'Complete'
        )
      })
    },
    children: async () => {
      const ours = 'app.kubernetes.io/managed-by=mcrouter-operator'
      const lists = await Promise.all([...KINDS.values()].map((one) => list(one, namespace, ours)))
      return lists.flat()
    },
    troubles: () => [...reconciler.troubles],
    requests: async () =>
      (await controlPlane.audit()).filter(
        ({ userAgent, object, verb }) =>
          userAgent === 'mcrouter-operator/in-process' &&
          object.namespace === namespace &&
          object.resource !== 'events' &&
          verb !== 'watch' &&
          verb !== 'list',
      ),
  }
}
