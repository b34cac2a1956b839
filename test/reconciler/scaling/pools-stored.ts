import type { KubeObject } from '../../../reconciler/kube/api.ts'
import type { Observed } from '../../../reconciler/observe/caches.ts'
import { heldBack } from '../../../reconciler/scaling/consent.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { CONSENT_ANNOTATION } from '../../../schemas/well-known.ts'
import { MCROUTER } from '../reconcile-context.ts'

/** The Mcrouter as the API server has it. @param consent to one change; to whatever is asked where it is not given */
export function storedAs(
  mcrouter: Mcrouter,
  generation: number,
  status: JsonObject,
  observed: Pick<Observed, 'children' | 'pods'>,
  consent?: string,
): KubeObject {
  const stored = { ...MCROUTER, metadata: { ...MCROUTER.metadata, generation }, status }
  const asked = () => heldBack(mcrouter, stored, observed, true).map(({ change }) => change)
  const annotations = { [CONSENT_ANNOTATION]: consent ?? asked().join('; ') }
  return { ...stored, metadata: { ...stored.metadata, annotations } }
}
