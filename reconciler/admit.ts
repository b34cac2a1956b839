import { judge } from '../schemas/judge.ts'
import type { Admission } from './findings.ts'
import { ApiError } from './kube/errors.ts'
import type { Memory } from './memory.ts'
import { normalise } from './normalise.ts'
import type { Pass } from './pass.ts'

export interface Admitted {
  readonly admission: Admission
  /** Why the normalised spec could not be written. */
  readonly error?: ApiError
}

/**
 * Judges a stored Mcrouter by the code of the webhook, which it may never have met: it was stored before the webhook was
 * there. One that is valid and not normalised is written back in its normalised form.
 *
 * @param now monotonic milliseconds
 */
export async function admit(pass: Pass, memory: Memory, now: number): Promise<Admitted> {
  const { mcrouter, tell } = pass
  const judgement = judge(mcrouter)
  if (!judgement.accepted) {
    const { violations } = judgement
    const note = violations.map(({ path, message }) => `${path}: ${message}`).join('; ')
    tell({
      type: 'Warning',
      reason: 'Invalid',
      note: `The spec is not accepted; what runs stays as it is. ${note}`,
    })
    return { admission: { kind: 'invalid', violations } }
  }
  const accepted: Admitted = { admission: { kind: 'accepted', mcrouter: judgement.mcrouter } }
  const generation = mcrouter.metadata.generation ?? 0
  // Once: an API server whose CRD does not know a field would drop it each time.
  if (memory.normalised === generation) return accepted
  try {
    const written = await normalise(pass, judgement.spec)
    if (written === undefined) return accepted
    memory.normalised = written.metadata.generation ?? generation
    memory.writes.wrote(written.kind, written.metadata, now)
    tell({
      type: 'Normal',
      reason: 'Normalised',
      note: 'The spec was stored without the webhook; it is written in its normalised form',
    })
    return { admission: { kind: 'normalising', problem: undefined } }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (!error.conflict) tell({ type: 'Warning', reason: 'NormaliseFailed', note: error.message })
    return { admission: { kind: 'normalising', problem: error.message }, error }
  }
}
