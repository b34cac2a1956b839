import type { Labels } from '../../render/labels.ts'
import type { KubeObject, ObjectMeta } from '../kube/api.ts'
import { controllerOf } from './controller-ref.ts'

/** A workload, as far as it decides which pods or ReplicaSets are its own. */
export interface Claimant {
  readonly kind: 'StatefulSet' | 'Deployment' | 'ReplicaSet'
  readonly name: string
  /** Undefined where it is gone, or not known: then its name decides. */
  readonly uid: string | undefined
  readonly selector: Labels
}

/**
 * Whether the workload controls the object, or will as soon as it looks: a controller adopts what matches its selector and
 * has no controller (kubernetes pkg/controller/controller_ref_manager.go). A reference to a workload that is not there lasts
 * no longer than until the garbage collector looks, so that a name is as good as a uid where that is not known.
 */
export function claims({ kind, name, uid, selector }: Claimant, metadata: ObjectMeta): boolean {
  const controller = controllerOf(metadata)
  if (controller === undefined) return matches(selector, metadata)
  return uid === undefined ? controller.kind === kind && controller.name === name : controller.uid === uid
}

function matches(selector: Labels, { labels = {} }: KubeObject['metadata']): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value)
}
