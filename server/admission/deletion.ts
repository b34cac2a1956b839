import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { PROTECT_ANNOTATION } from '../../schemas/well-known.ts'
import { bounded } from './denial.ts'
import type { AdmissionRequest } from './review.ts'
import { allowed, denied, type Verdict } from './verdict.ts'

/** The verdict on a DELETE; the chart has only those of objects with the annotation sent here. */
export function judgeDeletion({ name, oldObject }: AdmissionRequest): Verdict {
  const metadata = metadataOf(oldObject)
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {}
  const value = annotations[PROTECT_ANNOTATION]
  if (typeof value !== 'string' || value === 'false') return allowed()
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'NAMESPACE'
  return denied({
    code: 403,
    reason: 'Forbidden',
    message: bounded(
      `Mcrouter ${JSON.stringify(name)} is protected from deletion, which would stop its caches; to delete it after all, first run: kubectl -n ${namespace} annotate mcrouter ${name} ${PROTECT_ANNOTATION}-`,
    ),
  })
}

function metadataOf(object: JsonObject | undefined): JsonObject {
  return isJsonObject(object?.metadata) ? object.metadata : {}
}
