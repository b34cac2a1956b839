import { KINDS, type Kinds } from '../../render/kinds.ts'
import { copyOfObject, isSharedObject, poolOfObject } from '../../render/names.ts'
import { MAIN_POOL, MOST_POOLS, MOST_ZONES } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import { isOutline } from '../kube/cache/outline.ts'
import { type Child, isChild } from './child.ts'
import { isControlledBy } from './controller-ref.ts'
import { record, records } from './untyped.ts'

export interface Children {
  /**
   * Those that a Mcrouter of this name expands to, also for a pool or zone that it no longer has: one at most of each kind and name.
   */
  readonly children: readonly Child[]
  /** Those that an earlier version of this operator made for it under another name. */
  readonly leftovers: readonly Child[]
}

/**
 * Of objects with our labels, those that are of this very Mcrouter: it is their controller, by its uid. Labels and looks
 * prove nothing, as every copy has them; a copy with its owner reference is told from ours by who applied that.
 */
export function childrenOf(
  { metadata }: KubeObject,
  cached: readonly KubeObject[],
  kinds: Kinds = KINDS,
): Children {
  const controlled = cached.filter(isChild).filter((child) => isControlledBy(child.metadata, metadata.uid))
  const others = controlled.filter(
    (child) => !isAlways(metadata, child, kinds) && isMadeFor(child, metadata.uid),
  )
  const isAtTimes = (child: Child) =>
    poolOfObject(metadata, child, kinds) !== undefined || copyOfObject(metadata, child, kinds) !== undefined
  return {
    children: [
      ...controlled.filter((child) => isAlways(metadata, child, kinds)),
      ...others.filter(isAtTimes),
    ],
    leftovers: others.filter((child) => !isAtTimes(child)),
  }
}

const OF_EACH_POOL = [...KINDS.values()].filter(({ parts }) => parts.includes('pool')).length
export const MOST_OF_POOLS = OF_EACH_POOL * (MOST_POOLS - 1)
/** StatefulSets. */
const MOST_COPIES = MOST_ZONES * (MOST_POOLS - 1)

/** Whether more objects are called as those of further pools, and name this Mcrouter as their controller, than it can have. */
export function hasTooManyPools(
  { metadata }: KubeObject,
  cached: readonly KubeObject[],
  kinds: Kinds = KINDS,
): boolean {
  const ofPools = cached.filter((object) => {
    const pool = poolOfObject(metadata, object, kinds)
    return pool !== undefined && pool !== MAIN_POOL && isControlledBy(object.metadata, metadata.uid)
  })
  const inZones = ofPools.filter((object) => copyOfObject(metadata, object, kinds) !== undefined)
  return inZones.length > MOST_COPIES || ofPools.length - inZones.length > MOST_OF_POOLS
}

/**
 * Those of the cached objects of which all is needed: of what is in outline, only what every Mcrouter of that name expands to.
 * Anyone may name it as the controller of as many large objects as they like, and each would be a read in each pass.
 */
export function worthReading(
  { metadata }: KubeObject,
  cached: readonly KubeObject[],
  kinds: Kinds = KINDS,
): readonly KubeObject[] {
  return cached.filter(
    (object) =>
      !isOutline(object) ||
      (isControlledBy(object.metadata, metadata.uid) && isAlways(metadata, object, kinds)),
  )
}

/** Whether every Mcrouter of that name expands to it. */
function isAlways(mcrouter: KubeObject['metadata'], object: KubeObject | Child, kinds: Kinds): boolean {
  if (isSharedObject(mcrouter, object, kinds)) return true
  return (
    poolOfObject(mcrouter, object, kinds) === MAIN_POOL && copyOfObject(mcrouter, object, kinds) === undefined
  )
}

/** Whether the owner reference is one that we applied. */
function isMadeFor({ owned }: Child, uid: string): boolean {
  return records(record(owned.metadata).ownerReferences).some((owner) => owner.uid === uid)
}
