export interface Cause {
  /** FieldValueInvalid, FieldValueForbidden, … */
  readonly reason: string
  readonly message: string
  readonly field: string
}

interface Details {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Kubernetes' own word (NotFound, Conflict, …), or one of Unreachable, Timeout, Aborted, Malformed, Credentials. */
  readonly reason: string
  readonly causes?: readonly Cause[]
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

// What the API server says when an update touches a field that only a new object can have: kubernetes
// pkg/apis/apps/validation/validation.go ValidateStatefulSetUpdate, pkg/apis/core/validation/validation.go
// ValidateServiceClusterIPsRelatedFields, apimachinery pkg/api/validation/objectmeta.go FieldImmutableErrorMsg.
const IMMUTABLE = /field is immutable|may not change once set|updates to \w+ spec for fields other than/

/** k8s.io/apiextensions-apiserver pkg/apiserver/conversion/webhook_converter.go */
const CONVERSION_FAILED = 'conversion webhook for '

/** Whether the API server says so where nobody converts an object into the version in which it is wanted. */
export function isUnconverted(message: string): boolean {
  return message.includes(CONVERSION_FAILED)
}

/** A call to the API server that did not succeed. The message is fit for a person. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly reason: string
  readonly causes: readonly Cause[]
  readonly retryAfterMs: number | undefined

  constructor(message: string, details: Details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.status = details.status
    this.reason = details.reason
    this.causes = details.causes ?? []
    this.retryAfterMs = details.retryAfterMs
  }

  get notFound(): boolean {
    return this.status === 404
  }

  /** The object moved since it was read (resourceVersion or uid precondition). */
  get conflict(): boolean {
    return this.status === 409 && this.reason !== 'AlreadyExists'
  }

  get alreadyExists(): boolean {
    return this.status === 409 && this.reason === 'AlreadyExists'
  }

  /** The resourceVersion or continue token is too old: list again. */
  get gone(): boolean {
    return this.status === 410
  }

  get unauthorized(): boolean {
    return this.status === 401
  }

  get forbidden(): boolean {
    return this.status === 403
  }

  /**
   * The namespace is being deleted, with all that is in it, and takes nothing new
   * (kubernetes pkg/apis/core NamespaceTerminatingCause). It cannot come back to life.
   */
  get namespaceTerminating(): boolean {
    return this.forbidden && this.causes.some(({ reason }) => reason === 'NamespaceTerminating')
  }

  /** The object itself is refused: sending it again cannot help. */
  get invalid(): boolean {
    return this.status === 422
  }

  /** The update touches a field that cannot change: the object has to be made anew. */
  get immutable(): boolean {
    if (!this.invalid) return false
    return IMMUTABLE.test(this.message) || this.causes.some((cause) => IMMUTABLE.test(cause.message))
  }

  /** The caller's own signal fired. */
  get aborted(): boolean {
    return this.reason === 'Aborted'
  }

  /** The server or the network is overloaded or down: the same call may succeed later. */
  get transient(): boolean {
    if (this.status === 0) return this.reason !== 'Aborted'
    return this.status === 429 || this.status >= 500
  }
}
