import { issuedSecret } from '../../render/names.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { isIssued } from '../../schemas/tls.ts'
import { STORED } from '../../schemas/versions.ts'
import { strangerNote } from '../apply/events.ts'
import { keepPoolSecret } from '../issuing/pool-secret.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { record, records } from '../observe/untyped.ts'
import type { Change, OwnedManifest } from '../plan/plan.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import type { Problem } from '../reconcile-report.ts'
import type { Planned } from './plan.ts'

export interface Issued extends Planned {
  readonly issued: {
    readonly problems: readonly Problem[]
    /** Milliseconds after which to look again; Infinity where nothing is issued. */
    readonly requeueAfterMs: number
  }
}

/**
 * Sees to the certificate of servers that have theirs from the operator. Until it is there, nothing is written that mounts it: a Secret of
 * somebody else would be in an image of whoever wrote the Mcrouter. Rejects with an ApiError for what ends a pass.
 */
export async function issue<P extends Pick<Planned, 'mcrouter' | 'changes'>>(
  context: ReconcileContext,
  planned: P,
): Promise<P & Pick<Issued, 'issued'>> {
  const { mcrouter } = planned
  const { clock, state } = context
  const { issuance, unmounted } = state
  const services = mcrouter.pools.filter(isIssued).map(({ name }) => name)
  if (services.length === 0) {
    issuance.forget()
    return { ...planned, issued: { problems: [], requeueAfterMs: Number.POSITIVE_INFINITY } }
  }
  const fingerprint = JSON.stringify([context.stored.metadata.uid, ...services])
  const due = () => issuance.dueAfter(clock.monotonic(), fingerprint, unmounted.problems.length > 0)
  if (due() <= 0) await lookAfter(context, mcrouter, fingerprint)
  const secret = issuedSecret(mcrouter)
  const isThere = issuance.notAfter !== undefined
  return {
    ...planned,
    changes: isThere ? planned.changes : planned.changes.flatMap((change) => unlessItMounts(secret, change)),
    issued: { problems: issuance.problems, requeueAfterMs: due() },
  }
}

async function lookAfter(context: ReconcileContext, mcrouter: Mcrouter, fingerprint: string): Promise<void> {
  const { clock, issueCertificates = false, recordEvent, state } = context
  const { issuance } = state
  const secret = `Secret ${issuedSecret(mcrouter)}`
  if (!issueCertificates) {
    issuance.refused(clock.monotonic(), fingerprint, notInstalled(mcrouter))
    return
  }
  try {
    const kept = await keepPoolSecret(context, mcrouter)
    if (kept.kind === 'foreign') {
      const way = `Delete it if nobody needs it, or name it in spec.${tlsField(mcrouter)}.secretName, in the place of issuer`
      const message = strangerNote(secret, way)
      issuance.refused(clock.monotonic(), fingerprint, { reason: 'NameConflict', message, kind: 'Secret' })
      recordEvent({ type: 'Warning', reason: 'NameConflict', note: message })
      return
    }
    issuance.kept(clock.monotonic(), fingerprint, kept.notAfter)
    if (kept.actions.length > 0)
      recordEvent({
        type: 'Normal',
        reason: 'CertificateIssued',
        note: `${secret}: ${kept.actions.join('; ')}`,
      })
  } catch (error) {
    if (!(error instanceof ApiError) || error.aborted || error.conflict || error.namespaceTerminating)
      throw error
    const message = `${secret}: ${error.message}`
    issuance.unanswered(clock.monotonic(), fingerprint, { reason: 'CertificateNotIssued', message })
  }
}

function notInstalled(mcrouter: Mcrouter): Problem {
  const field = tlsField(mcrouter)
  const message = `spec.${field}.issuer: this operator is not installed to issue certificates. Have it installed with rbac.issueCertificates=true, or name a Secret in spec.${field}.secretName, in the place of issuer`
  return { reason: 'CertificateNotIssued', message }
}

/** Of the first pool whose certificate is to be issued. */
function tlsField({ pools }: Mcrouter): string {
  return STORED.fieldPath('pool.tls', pools.findIndex(isIssued))
}

function unlessItMounts(secret: string, change: Change): Change[] {
  if (!('manifest' in change) || !mounts(change.manifest, secret)) return [change]
  return 'child' in change ? [{ action: 'wait', child: change.child }] : []
}

function mounts({ spec }: OwnedManifest, secretName: string): boolean {
  const { volumes } = record(record(record(spec).template).spec)
  return records(volumes).some(({ secret }) => record(secret).secretName === secretName)
}
