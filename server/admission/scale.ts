import { type Versions, versionNamed } from '../../schemas/api-version.ts'
import { judgeScale } from '../../schemas/validation/scale.ts'
import { invalid } from './denial.ts'
import type { AdmissionRequest } from './review.ts'
import type { Judged } from './target.ts'
import { allowed, type Verdict } from './verdict.ts'

/**
 * The verdict of both webhooks on a Scale, in which there is nothing to change. `/mutate` refuses it too, because the API
 * server calls it before its schema, whose words name no way out.
 */
export function verdictOnScale(
  request: AdmissionRequest,
  { object, stored }: Judged,
  versions: Versions,
): Verdict {
  const judgement = judgeScale(object, stored, versionNamed(request.endpoint, versions))
  return judgement.accepted ? allowed(judgement.warnings) : invalid(request, judgement.violations)
}
