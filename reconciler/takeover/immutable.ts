import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from '../../render/rendering.ts'
import type { KubeObject } from '../kube/api.ts'
import { record } from '../observe/reading.ts'

/**
 * Whether an object has to be made anew to become what the manifest says: they differ in a field that no update may
 * change (kubernetes pkg/apis/apps/validation/validation.go, pkg/apis/core/validation/validation.go).
 */
export function needsNewObject(manifest: Manifest, live: KubeObject): boolean {
  const wanted = record(manifest.spec)
  const { spec = {} } = live
  if (manifest.kind === 'Service') return (wanted.clusterIP === 'None') !== (spec.clusterIP === 'None')
  if (manifest.kind !== 'Deployment' && manifest.kind !== 'StatefulSet') return false
  const fields =
    manifest.kind === 'StatefulSet' ? ['selector', 'serviceName', 'podManagementPolicy'] : ['selector']
  return fields.some((field) => !isDeepStrictEqual(spec[field], wanted[field]))
}
