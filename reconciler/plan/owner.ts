import { STORED } from '../../schemas/versions.ts'
import { KIND } from '../../schemas/well-known.ts'
import type { KubeObject, OwnerReference } from '../kube/api.ts'

/**
 * The reference that makes an object go away with its Mcrouter. It names the version that is stored: the garbage collector reads owners
 * in the version that their dependents name (kubernetes pkg/controller/garbagecollector/garbagecollector.go, isDangling), and in this one
 * it can do so while nobody converts.
 */
export function ownerReference(mcrouter: KubeObject): OwnerReference {
  const { name, uid } = mcrouter.metadata
  return { apiVersion: STORED.apiVersion, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }
}

/**
 * The owner references of an object that is about to lose its own controller: it goes away with the Mcrouter,
 * whatever happens until it has the next one.
 */
export function sharedReferences(object: KubeObject, mcrouter: KubeObject): OwnerReference[] {
  const others = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== mcrouter.metadata.uid)
  return [...others, { ...ownerReference(mcrouter), controller: false, blockOwnerDeletion: false }]
}

/** Whether it is no more than the version in which an owner is named that differs at this path. */
export function isOwnersVersion(path: string): boolean {
  return OWNERS_VERSION.test(path)
}

const OWNERS_VERSION = /^metadata\.ownerReferences\[[^\]]+\]\.apiVersion$/
