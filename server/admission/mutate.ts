import { judge } from '../../schemas/judge.ts'
import { invalid } from './denial.ts'
import { difference } from './patch.ts'
import type { AdmissionRequest } from './review.ts'
import { subjectOf } from './subject.ts'
import { allowed, patched, type Verdict } from './verdict.ts'

/**
 * The verdict of `/mutate`: the normalised and defaulted spec as a patch, or a denial with every violation.
 * It judges in full because the API server calls it before its own schema: the first word a user reads is then ours.
 */
export function mutate(request: AdmissionRequest): Verdict {
  const subject = subjectOf(request)
  if ('verdict' in subject) return subject.verdict
  if (subject.kind === 'Scale') return allowed()
  const judgement = judge(subject.object, subject.stored && { stored: subject.stored })
  if (!judgement.accepted) return invalid(request, judgement.violations)
  return patched(difference(subject.object, judgement.spec), judgement.warnings)
}
