import { STATEFUL_SET } from '../../render/kinds.ts'
import { copyOfObject, poolOfObject } from '../../render/names.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Observed } from '../observe/caches.ts'
import type { Child } from '../observe/child.ts'
import { serversOfCopy } from '../observe/tier.ts'
import { record } from '../observe/untyped.ts'
import { isRollingOut, isSettling, isUnseen } from '../observe/workload.ts'
import { differences } from './difference.ts'
import { isCurrent } from './fence.ts'
import { identity, type OwnedManifest } from './plan.ts'

/** A StatefulSet of a copy that is there, and what it is to be. */
interface Copy {
  readonly manifest: OwnedManifest
  readonly child: Child
  /** Whether its pods are to be others. */
  readonly differs: boolean
  /** Whether its pods are being replaced, or about to be. */
  readonly rolling: boolean
  /** Whether none is, and all of its servers have been Ready for their `minReadySeconds`. */
  readonly settled: boolean
  /** Whether a server of it is Ready, which has something to lose. */
  readonly holds: boolean
  /** Whether it was written from this very spec: no older decision can give it another template any more. */
  readonly current: boolean
}

export interface ZoneByZone {
  readonly desired: readonly OwnedManifest[]
  /** Kind and name of those whose turn has not come. */
  readonly waiting: readonly string[]
  /** Whether the next pass may give one its turn, once this one has written what is not of this spec yet: no event calls for it. */
  readonly again: boolean
}

/**
 * The manifests, in which a new template of pods reaches one copy of a pool at a time. StatefulSets do not know of each other, and each
 * begins with its last ordinal: all at once, they would empty every copy of a shard. The next has its turn when every server of the one
 * before has been Ready for `minReadySeconds`. One of which a server is not well comes before those that are, since what is new may be what
 * helps it; and what holds nothing waits for nobody.
 *
 * @param expected what we own of an object once its manifest is applied
 */
export function zoneByZone(
  desired: readonly OwnedManifest[],
  mcrouter: Pick<Mcrouter, 'name' | 'pools'>,
  stored: KubeObject,
  observed: Pick<Observed, 'children' | 'pods'>,
  expected: (manifest: OwnedManifest) => JsonObject,
): ZoneByZone {
  const pools = mcrouter.pools.map(({ name }) =>
    copiesOf(name, desired, mcrouter, stored, observed, expected),
  )
  const waiting = new Map(pools.flatMap(waitingOf).map(({ manifest, child }) => [manifest, child]))
  return {
    desired: desired.map((manifest) => {
      const child = waiting.get(manifest)
      return child === undefined ? manifest : asItRuns(manifest, child)
    }),
    waiting: [...waiting.keys()].map(identity),
    again: pools.some(
      (copies) => copies.some(({ differs }) => differs) && !copies.every(({ current }) => current),
    ),
  }
}

function waitingOf(copies: readonly Copy[]): Copy[] {
  const due = copies.filter(({ differs }) => differs)
  const next = nextOf(copies, due)
  return due.filter((copy) => copy !== next && copy.holds)
}

function nextOf(copies: readonly Copy[], due: readonly Copy[]): Copy | undefined {
  if (!copies.every(({ current }) => current)) return undefined
  const unsettled = copies.filter(({ settled }) => !settled)
  if (unsettled.length === 0) return due[0]
  // One that has the new template already is still replacing its pods.
  if (unsettled.some(({ differs }) => !differs)) return undefined
  return unsettled.find(({ rolling }) => rolling) ?? unsettled[0]
}

function copiesOf(
  pool: string,
  desired: readonly OwnedManifest[],
  mcrouter: Pick<Mcrouter, 'name'>,
  stored: KubeObject,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
  expected: (manifest: OwnedManifest) => JsonObject,
): Copy[] {
  return desired.flatMap((manifest): Copy[] => {
    const copy = copyOfObject(mcrouter, manifest)
    if (manifest.kind !== STATEFUL_SET.kind || copy === undefined) return []
    if (poolOfObject(mcrouter, manifest) !== pool) return []
    const child = children.find((one) => identity(one) === identity(manifest))
    if (child === undefined) return []
    const paths = differences(expected(manifest), child.owned)
    const ready = serversOfCopy(pods, pool, copy).filter((pod) => pod.ready && !pod.deleting)
    const rolling = isUnseen(child) || isRollingOut(child)
    return [
      {
        manifest,
        child,
        differs: paths.some((path) => path.startsWith('spec.template')),
        rolling,
        settled: !rolling && !isSettling(child) && ready.length >= child.replicas,
        holds: ready.length > 0,
        current: isCurrent(child, stored),
      },
    ]
  })
}

function asItRuns(manifest: OwnedManifest, { owned }: Child): OwnedManifest {
  const { template } = record(owned.spec)
  return { ...manifest, spec: { ...record(manifest.spec), template } }
}
