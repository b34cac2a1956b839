import { judgeStored } from '../../schemas/conversion/stored-form.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import { withdrawnConsent } from '../../schemas/validation/withdrawn-consent.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { judgeDeletion } from './deletion.ts'
import { invalid } from './denial.ts'
import type { AdmissionRequest } from './review.ts'
import { verdictOnScale } from './scale.ts'
import { isMcrouter, judgedAs, targetOf, warningsWithout } from './target.ts'
import { allowed, type Verdict } from './verdict.ts'

/**
 * The verdict of `/validate` on the object as it will be stored, on the Scale of one, or on a deletion.
 * Warnings that `/mutate` has given already cost nothing: the API server sends each text once a request
 * (apiserver pkg/endpoints/filters/warning.go).
 */
export function validate(
  request: AdmissionRequest,
  inherit = INHERITS_NOTHING,
  versions = VERSIONS,
): Verdict {
  if (request.operation === 'DELETE' && isMcrouter(request, versions)) return judgeDeletion(request)
  const target = targetOf(request, versions)
  if ('verdict' in target) return target.verdict
  if (target.kind === 'Unchanged') return allowed(warningsWithout(target, inherit, versions))
  if (target.kind === 'Scale') return verdictOnScale(request, target, versions)
  const judgement = judgeStored(target.object, judgedAs(target, inherit, versions))
  if (!judgement.accepted) return invalid(request, judgement.violations)
  return allowed([...judgement.warnings, ...withdrawnConsent(target.object, target.stored)])
}
