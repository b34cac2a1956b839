import { mismatch } from '../../../routing/release-of.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { few } from '../wording.ts'

/**
 * Routers of another release than the spec says. While routers are being replaced, old ones are no fault.
 *
 * @param progressing reason of that condition
 */
export function otherReleases(
  { admission, pods, version, pulses = new Map() }: ReconcileReport,
  progressing: string,
): Problem[] {
  if (admission.kind !== 'accepted' || progressing === 'RollingOut' || progressing === 'Applying') return []
  const { release } = admission.mcrouter.routers
  const byWhat = new Map<string, string[]>()
  for (const { metadata, component, ready, deleting } of pods) {
    const { name } = metadata
    if (component !== 'mcrouter' || !ready || deleting) continue
    const what = mismatch(release, pulses.get(name)?.version ?? '', version.fieldPath)
    if (what !== undefined) byWhat.set(what, [...(byWhat.get(what) ?? []), name])
  }
  return [...byWhat].map(([what, [first = '', ...others]]) => ({
    reason: 'ReleaseDiffers',
    message: `${first} ${what}${others.length > 0 ? ` (the same of ${few(others)})` : ''}`,
  }))
}
