import { type Features, inBoth, OLDEST } from '../../routing/release.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import type { Pod } from '../observe/pod.ts'
import { isRollingOut, isUnseen, routerWorkloads } from '../observe/workload.ts'
import { differences } from './difference.ts'
import { identity, type OwnedManifest } from './plan.ts'

/**
 * Of the features `wanted`, those that every router can read. A router whose release knows less than the configuration goes
 * on with the one before, but cannot start again: until the last of them is replaced, nothing is published that uses more
 * than what is. So a newer release follows its routers, and an older one goes ahead of them.
 *
 * @param desired all that is desired with the features that are wanted
 * @param expected what we own of an object once its manifest is applied
 */
export function readable(
  wanted: Features,
  desired: readonly OwnedManifest[],
  children: readonly Child[],
  pods: readonly Pod[],
  expected: (manifest: OwnedManifest) => JsonObject,
): Features {
  if (areReplaced(desired, routerWorkloads(children), pods, expected)) return wanted
  const published = children.find((child) => child.published !== undefined)?.published
  return inBoth(wanted, published?.features ?? OLDEST)
}

/** Whether no router but those of the newest template can start. */
function areReplaced(
  desired: readonly OwnedManifest[],
  workloads: readonly Child[],
  pods: readonly Pod[],
  expected: (manifest: OwnedManifest) => JsonObject,
): boolean {
  // Routers that were orphaned when somebody deleted it are replaced once it is there again.
  if (workloads.length === 0) return !pods.some(({ component }) => component === 'mcrouter')
  return workloads.every((workload) => {
    const manifest = desired.find((one) => identity(one) === identity(workload))
    // Routers that are placed elsewhere take their place.
    if (manifest === undefined) return false
    const changes = differences(expected(manifest), workload.owned).some((path) =>
      path.startsWith('spec.template'),
    )
    return !changes && !isUnseen(workload) && !isRollingOut(workload)
  })
}
