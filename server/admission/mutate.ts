import type { Versions } from '../../schemas/api-version.ts'
import { judgeStored } from '../../schemas/conversion/stored-form.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { invalid } from './denial.ts'
import { difference } from './patch.ts'
import type { AdmissionRequest } from './review.ts'
import { verdictOnScale } from './scale.ts'
import { judgedAs, targetOf } from './target.ts'
import { allowed, patched, type Verdict } from './verdict.ts'

/**
 * The verdict of `/mutate`: the normalised and defaulted spec as a patch, or a denial with every violation.
 * It judges in full because the API server calls it before its own schema: the first word a user reads is then ours.
 */
export function mutate(request: AdmissionRequest, inherit = INHERITS_NOTHING, versions = VERSIONS): Verdict {
  const target = targetOf(request, versions)
  if ('verdict' in target) return target.verdict
  if (target.kind === 'Scale') return verdictOnScale(request, target, versions)
  if (target.kind === 'Unchanged') return normaliseStored(target.object, versions)
  const judgement = judgeStored(target.object, judgedAs(target, inherit, versions))
  if (!judgement.accepted) return invalid(request, judgement.violations)
  return patched(difference(target.object, judgement.spec), judgement.warnings)
}

/**
 * What was stored without this webhook is normalised by whatever update comes next, one that changes nothing included:
 * so the reconciler has it done without owning a field of it. Nothing was written, so there is nothing to warn of.
 */
function normaliseStored(object: JsonObject, versions: Versions): Verdict {
  const judgement = judge(object, { versions })
  return judgement.accepted ? patched(difference(object, judgement.spec)) : allowed()
}
