import type { Warning } from '../../schemas/validation/violation.ts'

/** What a webhook answers; the words are controller-runtime's (pkg/webhook/admission/response.go). */
export type Verdict = Allowed | Patched | Denied

export interface Allowed {
  readonly kind: 'allowed'
  readonly warnings: readonly Warning[]
}

export interface Patched {
  readonly kind: 'patched'
  /** RFC 6902; never empty. */
  readonly patch: readonly PatchOperation[]
  readonly warnings: readonly Warning[]
}

export interface Denied {
  readonly kind: 'denied'
  readonly status: Status
}

/** The operations of RFC 6902 that a mutation needs. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/** meta/v1 Status, as far as a denial fills it in. */
export interface Status {
  readonly status: 'Failure'
  /** An HTTP status. */
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details?: StatusDetails
}

export interface StatusDetails {
  readonly kind: string
  readonly name: string
  readonly group: string
  readonly causes: readonly StatusCause[]
}

export interface StatusCause {
  readonly reason: string
  readonly field: string
  readonly message: string
}

export function allowed(warnings: readonly Warning[] = []): Allowed {
  return { kind: 'allowed', warnings }
}

/** An empty patch is no patch: the API server wants `patch` and `patchType` both or neither. */
export function patched(
  patch: readonly PatchOperation[],
  warnings: readonly Warning[] = [],
): Allowed | Patched {
  return patch.length === 0 ? allowed(warnings) : { kind: 'patched', patch, warnings }
}

export function denied(status: Omit<Status, 'status'>): Denied {
  return { kind: 'denied', status: { status: 'Failure', ...status } }
}
