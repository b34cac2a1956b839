import { versionOf } from '../../schemas/api-version.ts'
import { convert } from '../../schemas/conversion/convert.ts'
import { valueAt } from '../../schemas/fields.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { keptSpelling } from '../../schemas/kept-spelling.ts'
import { judge } from '../../schemas/validation/judge.ts'
import type { Violation } from '../../schemas/validation/violation.ts'
import { STORED, VERSIONS } from '../../schemas/versions.ts'
import { writtenVersion } from '../../schemas/written-version.ts'
import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { mergePatch } from '../kube/merge-patch.ts'
import type { Child } from '../observe/child.ts'
import { withLiveImages } from '../observe/live-images.ts'
import { record } from '../observe/untyped.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Admission } from '../reconcile-report.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import { reasonIn } from '../report/status.ts'
import { mergeAsWritten } from '../write.ts'

export interface Admitted {
  readonly admission: Admission
  /** Why the normalised spec could not be written. */
  readonly error?: ApiError
  /** Milliseconds after which to look again: what it waits for sends no event. */
  readonly requeueAfterMs?: number
}

const LOOK_AGAIN_MS = 500

/** It was written, and the next pass sees it as it is now. */
const ECHOED: Admitted = { admission: { kind: 'normalising', problem: undefined } }

const PAUSED: ReconcilerEvent = {
  type: 'Normal',
  reason: 'Paused',
  note: 'It is paused: nothing of it is created, changed or deleted until it no longer is',
}
const RESUMED: ReconcilerEvent = {
  type: 'Normal',
  reason: 'Resumed',
  note: 'It is no longer paused: what its spec says is applied',
}

/**
 * Judges a stored Mcrouter by the code of the webhook, which it may never have met: it was stored before the webhook was
 * there. One that is valid and not normalised is written back in its normalised form, once the webhook lets it through.
 */
export async function admit(context: ReconcileContext, children: readonly Child[]): Promise<Admitted> {
  const { mcrouter, state, recordEvent, inherit = INHERITS_NOTHING, versions = VERSIONS, clock } = context
  const complete = withLiveImages(mcrouter, children, versions)
  const judgement = judge(complete, { inherit, versions })
  if (!judgement.accepted) {
    const violations = inWritersWords(judgement.violations, context)
    const note = violations.map(({ path, message }) => `${path}: ${message}`).join('; ')
    recordEvent({
      type: 'Warning',
      reason: 'Invalid',
      note: `The spec is not accepted; what runs stays as it is. ${note}`,
    })
    return { admission: { kind: 'invalid', violations } }
  }
  const wasPaused = reasonIn(mcrouter.status ?? {}, 'Progressing') === 'Paused'
  const isPaused = judgement.mcrouter.paused === true
  if (isPaused && !wasPaused) recordEvent(PAUSED)
  if (!isPaused && wasPaused) recordEvent(RESUMED)
  const accepted: Admitted = {
    admission: { kind: isPaused ? 'paused' : 'accepted', mcrouter: judgement.mcrouter },
  }
  const generation = mcrouter.metadata.generation ?? 0
  // Once: an API server whose CRD does not know a field would drop it each time.
  if (state.normalised === generation) return accepted
  const isNormalised = mergePatch(mcrouter.spec ?? {}, judgement.spec) === undefined
  // What is complete as it is stored may still be read in a deprecated spelling in the version in which it was written.
  const isCurrent = keptSpelling(mcrouter.metadata) === undefined
  if (isNormalised && isCurrent) return accepted
  // What was stored without the webhook waits meanwhile.
  if (isPaused && valueAt(mcrouter.spec, STORED.scaled) === undefined) return accepted
  if (isCurrent && isScaled(mcrouter, judgement.spec)) {
    const isWritten = await settle(context)
    return isWritten && !isPaused ? ECHOED : accepted
  }
  if (isPaused) return accepted
  // Right after an installation it is a matter of seconds, and nobody's fault.
  const closed = context.webhookClosed()
  if (closed !== undefined)
    return { admission: { kind: 'normalising', problem: closed }, requeueAfterMs: LOOK_AGAIN_MS }
  try {
    const written = await normalise(context, complete)
    state.normalised = written.metadata.generation ?? generation
    state.writes.wrote(written.kind, written.metadata, clock.monotonic())
    recordEvent({
      type: 'Normal',
      reason: 'Normalised',
      note: 'The spec was stored without the webhook; it is written in its normalised form',
    })
    return ECHOED
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (!error.conflict)
      recordEvent({
        type: 'Warning',
        reason: 'NormaliseFailed',
        note: `The spec was stored without the webhook, and cannot be normalised; it is not applied until it is: ${error.message}`,
      })
    return { admission: { kind: 'normalising', problem: error.message }, error }
  }
}

/** Whether all that is not normalised is what a scale set, and nobody has written since. */
function isScaled({ spec }: KubeObject, normalised: JsonObject): boolean {
  return mergePatch(STORED.settled(spec ?? {}), STORED.settled(normalised)) === undefined
}

/**
 * Has the webhook write what a scale set into the number that it counts: until then a manifest that is applied with that number would
 * change nothing, and undo the scale the next time. No pass waits for it, since all that reads a spec reckons with the scale.
 *
 * @returns whether that changed the object
 */
async function settle(context: ReconcileContext): Promise<boolean> {
  const { mcrouter, state, clock, onTrouble } = context
  if (context.webhookClosed() !== undefined) return false
  try {
    const written = await merge(context, mcrouter, {})
    const { generation = 0, resourceVersion } = written.metadata
    state.normalised = generation
    state.writes.wrote(written.kind, written.metadata, clock.monotonic())
    return resourceVersion !== mcrouter.metadata.resourceVersion
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (!error.conflict) onTrouble(error)
    return false
  }
}

/** The same faults of the same spec as the version says them in which it was written. */
function inWritersWords(
  violations: readonly Violation[],
  { mcrouter, inherit = INHERITS_NOTHING }: ReconcileContext,
): readonly Violation[] {
  const [version, written] = [versionOf(mcrouter.apiVersion, VERSIONS), writtenVersion(mcrouter.metadata)]
  if (version === undefined || version === written) return violations
  const judgement = judge(convert(mcrouter, version, written), { inherit })
  // What is wrong only as it is stored has no name there.
  return judgement.accepted ? violations : judgement.violations
}

/**
 * Through the API, and so through the webhook, which normalises what it is shown: the fields stay with whoever wrote
 * them, and their next server-side apply meets no other owner. Where the webhook is away the spec itself is written, and
 * its owners after it. What the webhook wrote stays: during an upgrade its images may be others than those of this process.
 */
async function normalise(context: ReconcileContext, complete: KubeObject): Promise<KubeObject> {
  const shown = await merge(context, context.mcrouter, withImages(context, complete))
  const { versions = VERSIONS } = context
  const judgement = judge(shown, { versions })
  const rest = judgement.accepted ? mergePatch(shown.spec ?? {}, judgement.spec) : undefined
  if (rest === undefined) return shown
  const written = await merge(context, shown, { spec: rest })
  return merge(context, written, {}, { managedFields: shown.metadata.managedFields ?? [] })
}

/** What the webhook cannot know, in the version in which the spec was written. */
function withImages({ mcrouter }: ReconcileContext, complete: KubeObject): JsonObject {
  const written = writtenVersion(mcrouter.metadata)
  const specOf = (object: KubeObject) =>
    record((written.name === STORED.name ? object : convert(object, STORED, written)).spec)
  const images = complete === mcrouter ? undefined : mergePatch(specOf(mcrouter), specOf(complete))
  return images === undefined ? {} : { spec: images }
}

/** Rejects with an ApiError. */
function merge(
  context: ReconcileContext,
  { metadata: { resourceVersion } }: KubeObject,
  patch: JsonObject,
  metadata: JsonObject = {},
): Promise<KubeObject> {
  const body = { ...patch, metadata: { ...metadata, resourceVersion } }
  return mergeAsWritten(context, context.mcrouter, body)
}
