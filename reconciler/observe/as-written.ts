import { writtenVersion } from '../../schemas/written-version.ts'
import type { KubeObject, Resource } from '../kube/api.ts'
import { mcrouters } from '../kube/resources.ts'

/**
 * Mcrouters in the version in which the spec of one was last written: for what is written beside the spec. Two versions among the
 * managers of an object have the API server compare all of it in both, in each of which defaults are filled in: a field that its owner
 * takes out of a server-side apply would then keep its value. And while nobody converts, it would forget whose fields are whose
 * (structured-merge-diff merge/update.go, addBackOwnedItems and Update); in the version of the others the write fails, and is made later.
 */
export function mcroutersAsWritten({ metadata }: Pick<KubeObject, 'metadata'>): Resource {
  return { ...mcrouters, apiVersion: writtenVersion(metadata).apiVersion }
}
