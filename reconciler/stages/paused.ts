import { versionOf } from '../../schemas/api-version.ts'
import { valueAt } from '../../schemas/fields.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import type { ReconcileContext } from '../reconcile-context.ts'

/** Whether its spec says so, also where something else in it is not accepted. */
export function isPaused({
  mcrouter: { apiVersion, spec },
  versions = VERSIONS,
}: Pick<ReconcileContext, 'mcrouter' | 'versions'>): boolean {
  return valueAt(spec, versionOf(apiVersion, versions)?.keysOf('paused')) === true
}
