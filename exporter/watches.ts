import type { Logger } from 'pino'
import type { Clock } from '../process/clock.ts'
import type { KubeObject, Resource } from '../reconciler/kube/api.ts'
import { Informer } from '../reconciler/kube/cache/informer.ts'
import type { ObjectChange } from '../reconciler/kube/cache/object-change.ts'
import type { Session } from '../reconciler/kube/connection/session.ts'
import {
  daemonSets,
  deployments,
  mcrouters,
  pods,
  replicaSets,
  statefulSets,
} from '../reconciler/kube/resources.ts'
import { MANAGED_BY, MANAGED_BY_LABEL } from '../schemas/well-known.ts'
import { ownedOnly, transformMcrouter, transformPod } from './targets/sources.ts'
import { type Link, Targets } from './targets/targets.ts'

export interface WatchDeps {
  readonly session: Session
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** Undefined for the whole cluster. */
  readonly namespaces: readonly string[] | undefined
}

/** Keeps the targets what the API server says that they are. */
export class Watches {
  readonly targets = new Targets()
  /** Resolves when all that existed at the start is known. */
  readonly synced: Promise<void>
  readonly #informers: ReadonlyMap<string, Informer>
  #trouble: string | undefined
  #isSynced = false

  constructor(deps: WatchDeps) {
    const { targets } = this
    const watched = (
      resource: Resource,
      transform: (object: KubeObject) => KubeObject | undefined,
      onChange: (change: ObjectChange) => void,
      labelSelector?: string,
    ) => [resource.plural, this.#informer(deps, resource, transform, onChange, labelSelector)] as const
    // A label is no proof, and spares the API server and this process whatever cannot be a target.
    const ours = `${MANAGED_BY_LABEL}=${MANAGED_BY}`
    const link = (resource: Resource, kind: Link) =>
      watched(resource, ownedOnly, ({ key, after }) => targets.linkChanged(kind, key, after), ours)
    this.#informers = new Map([
      watched(mcrouters, transformMcrouter, ({ key, after }) => targets.mcrouterChanged(key, after)),
      link(statefulSets, 'StatefulSet'),
      link(deployments, 'Deployment'),
      link(replicaSets, 'ReplicaSet'),
      link(daemonSets, 'DaemonSet'),
      watched(pods, transformPod, ({ key, after }) => targets.podChanged(key, after), ours),
    ])
    this.synced = Promise.all([...this.#informers.values()].map(({ synced }) => synced)).then(() => {
      this.#isSynced = true
    })
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.run(signal)))
  }

  /** Why not all pods are known yet; undefined when they are. */
  get unsynced(): string | undefined {
    if (this.#isSynced) return undefined
    return `waiting for the first lists of the API server${this.#trouble === undefined ? '' : `: ${this.#trouble}`}`
  }

  #informer(
    { session, clock, log, random, namespaces }: WatchDeps,
    resource: Resource,
    transform: (object: KubeObject) => KubeObject | undefined,
    onChange: (change: ObjectChange) => void,
    labelSelector: string | undefined,
  ): Informer {
    const selection = { resource, ...(labelSelector !== undefined && { labelSelector }) }
    const onTrouble = (error: Error) => {
      this.#trouble = error.message
      log.warn({ resource: resource.plural, error: error.message }, 'watch failed, going on')
    }
    return new Informer({ session, clock, random, namespaces, selection, transform, onChange, onTrouble })
  }
}
