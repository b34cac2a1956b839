import { INHERITS_NOTHING, inheritedFrom } from '../../schemas/inheritance.ts'
import { keptSpelling } from '../../schemas/kept-spelling.ts'
import { LONGEST_ACCESS } from '../../schemas/validation/access.ts'
import {
  ACCESS_ANNOTATION,
  ADOPT_ANNOTATION,
  CONSENT_ANNOTATION,
  RETIRING_ANNOTATION,
  SHRINK_UNCONFIRMED_ANNOTATION,
} from '../../schemas/well-known.ts'
import { specWritings } from '../../schemas/written-version.ts'
import type { KubeObject, ObjectMeta } from '../kube/api.ts'
import { partialMetadata } from '../kube/object.ts'

/** All that a pass reads; nothing else that a person annotates takes memory. */
const READ: readonly string[] = [
  ACCESS_ANNOTATION,
  ADOPT_ANNOTATION,
  CONSENT_ANNOTATION,
  RETIRING_ANNOTATION,
  SHRINK_UNCONFIRMED_ANNOTATION,
]
/** 16 names of 253 characters with their commas, more than which no pass reads; of peers, enough to tell that there are too many. */
const LONGEST = Math.max(4 * 1024, LONGEST_ACCESS + 1)

/** The form in which caches keep Mcrouters: what a pass reads. So it is never to be written back whole. */
export function transformMcrouter(
  { apiVersion, kind, metadata, spec, status }: KubeObject,
  inherit = INHERITS_NOTHING,
): KubeObject {
  const { creationTimestamp, deletionTimestamp } = metadata
  const inherited = inheritedFrom(metadata, inherit)
  const read = READ.flatMap((annotation) => {
    const value = metadata.annotations?.[annotation]
    return typeof value === 'string' ? [[annotation, value.slice(0, LONGEST)] as const] : []
  })
  const annotations = {
    ...inherited.annotations,
    ...Object.fromEntries(read),
    ...keptSpelling(metadata),
  }
  const writings = specWritings(metadata)
  return {
    apiVersion,
    kind,
    metadata: {
      ...partialMetadata(metadata),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { finalizers: finalizersOf(metadata) }),
      ...(Object.keys(inherited.labels).length > 0 && { labels: inherited.labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
      // Where there is none it is the stored version (schemas/written-version.ts).
      ...(writings.length > 0 && { managedFields: writings }),
    },
    ...(spec !== undefined && { spec }),
    ...(status !== undefined && { status }),
  }
}

/** So many are named where they keep one that is being deleted; anybody may set as many as they like. */
const FINALIZERS = 5

function finalizersOf({ finalizers }: ObjectMeta): string[] {
  const all = Array.isArray(finalizers) ? finalizers.filter((one) => typeof one === 'string') : []
  return all.slice(0, FINALIZERS).map((one) => one.slice(0, LONGEST))
}
