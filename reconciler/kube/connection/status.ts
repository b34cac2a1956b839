import type { EpochMs } from '../../../process/clock.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { ApiError, type Cause } from './errors.ts'

/** The error that an answer of 300 and above stands for. `now` (ms since the epoch) is for a Retry-After given as a date. */
export function errorFromAnswer(
  call: string,
  status: number,
  retryAfter: string | undefined,
  body: string,
  now: EpochMs,
): ApiError {
  const parsed = parseStatus(body)
  const retryAfterMs = retryAfterMilliseconds(retryAfter, now)
  if (parsed === undefined) {
    const excerpt = body.slice(0, 200).trim()
    return new ApiError(`${call}: HTTP ${status}${excerpt && `: ${excerpt}`}`, {
      status,
      reason: 'Unknown',
      retryAfterMs,
    })
  }
  return errorFromStatus(call, parsed, { status, retryAfterMs })
}

/** The error that a Status object stands for, as in an answer's body or an ERROR event of a watch. */
export function errorFromStatus(
  call: string,
  body: JsonObject,
  answer: { readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
): ApiError {
  const status = answer.status ?? (typeof body.code === 'number' ? body.code : 500)
  const reason = typeof body.reason === 'string' ? body.reason : 'Unknown'
  const message = typeof body.message === 'string' ? body.message : `HTTP ${status}`
  const details = isJsonObject(body.details) ? body.details : {}
  const seconds = details.retryAfterSeconds
  return new ApiError(`${call}: ${message}`, {
    status,
    reason,
    causes: Array.isArray(details.causes) ? details.causes.filter(isJsonObject).map(toCause) : [],
    retryAfterMs: answer.retryAfterMs ?? (typeof seconds === 'number' ? seconds * 1000 : undefined),
  })
}

function toCause(cause: JsonObject): Cause {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return { reason: text(cause.reason), message: text(cause.message), field: text(cause.field) }
}

function parseStatus(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isJsonObject(value) && value.kind === 'Status' ? value : undefined
  } catch {
    // A proxy or load balancer in between answers in HTML or plain text.
    return undefined
  }
}

/** RFC 9110 §10.2.3: seconds or a date. Undefined when absent or neither. */
function retryAfterMilliseconds(header: string | undefined, now: EpochMs): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
