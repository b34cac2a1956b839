import { createHash } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { mergePatch } from '../kube/merge-patch.ts'
import { layoutsIn } from '../observe/last-status.ts'
import { record, records } from '../observe/untyped.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem, ReconcileReport } from '../reconcile-report.ts'
import { mergeAsWritten } from '../write.ts'
import { contest, operatorOf } from './claim.ts'
import { reportedOf } from './reported.ts'
import { statusOf } from './status.ts'
import { pace } from './status-throttle.ts'

/** The name of the status among the objects for which DriftBackoff counts. */
const STATUS = 'status'

const FIGHT: Problem = {
  reason: 'FieldConflict',
  message:
    'Something else keeps writing this status, which the operator manages: is there another operator, perhaps with another --cluster-domain? Corrections are now less frequent',
}

/**
 * Writes what a reconcile found, unless something else keeps changing it back.
 *
 * @returns milliseconds until it is time to write it, or to look again; 0 when nothing is left to write
 */
export async function writeStatus(context: ReconcileContext, findings: ReconcileReport): Promise<number> {
  const { clock, mcrouter, stored, operator, state, recordEvent } = context
  const { driftBackoff, unwritten } = state
  const before = stored.status ?? {}
  const contested = contest(before, state.claim, operator)
  if (contested !== undefined) {
    state.claim = 'contested'
    recordEvent(contested)
  }
  const startedAt = clock.monotonic()
  const fightMs = driftBackoff.fightMs(STATUS, startedAt)
  const faults = fightMs > 0 ? [FIGHT, ...findings.faults] : findings.faults
  const now = clock.now()
  const found = { ...findings, faults }
  const wanted = statusOf(found, mcrouter.status ?? {}, now)
  state.reported = reportedOf(found, wanted, layoutsIn(mcrouter.status ?? {}), now, state.reported)
  const status = mergePatch(before, { ...wanted, operator: operatorOf(before, state.claim, operator) })
  if (status === undefined) {
    if (state.claim === 'none') state.claim = 'made'
    unwritten.statusWritten()
    return fightMs
  }
  unwritten.status(stored.metadata.uid, wanted)
  const statement = statementOf(wanted)
  // What we wrote last is still true: somebody else has changed it since.
  const isCorrection = state.statement === statement
  const waitMs = isCorrection
    ? Math.max(driftBackoff.holdOff(STATUS, startedAt), pace(before, status, startedAt - state.statusAt))
    : pace(before, status, startedAt - state.statusAt)
  if (waitMs > 0) return waitMs
  const { resourceVersion } = stored.metadata
  const patch = { metadata: { resourceVersion }, status }
  const written = await mergeAsWritten(context, stored, patch, { subresource: 'status' })
  unwritten.statusWritten()
  if (state.claim === 'none') state.claim = 'made'
  state.statusAt = clock.monotonic()
  state.writes.wrote(written.kind, written.metadata, state.statusAt)
  state.statement = statement
  if (isCorrection) driftBackoff.corrected(STATUS, state.statusAt)
  const nextMs = driftBackoff.fightMs(STATUS, state.statusAt)
  if (isCorrection && nextMs > 0)
    recordEvent({ type: 'Warning', reason: 'FieldConflict', note: FIGHT.message })
  return nextMs
}

/** What a status says, by its hash, without the times of it: those follow from what it said before. */
function statementOf(status: JsonObject): string {
  const { since: _, ...config } = record(status.config)
  const conditions = records(status.conditions).map(({ lastTransitionTime: __, ...condition }) => condition)
  const statement = { ...status, conditions, ...(isJsonObject(status.config) && { config }) }
  return createHash('sha256').update(JSON.stringify(statement)).digest('base64')
}
