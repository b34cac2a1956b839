import type { Violation } from '../../schemas/validation/violation.ts'
import { UNPRINTABLE } from '../../text/plain-text.ts'
import type { AdmissionRequest } from './review.ts'
import { type Denied, denied } from './verdict.ts'

/** Characters of a message or a cause: enough for a person, too little to flood a log. */
const MESSAGE_LENGTH = 1024
/** Causes told one by one; an object with more is answered with the first and a count. */
const CAUSES = 64

/**
 * The denial for an object that breaks the rules. kubectl prints the causes alone (its `checkErr` for
 * reason Invalid), other clients the message; so each says everything.
 */
export function invalid(request: AdmissionRequest, violations: readonly Violation[]): Denied {
  const name = requestedName(request)
  const told = violations.slice(0, CAUSES)
  const sentences = told.map((violation) => `${violation.path}: ${violation.message}`)
  if (violations.length > CAUSES) sentences.push(`and ${violations.length - CAUSES} more`)
  return denied({
    code: 422,
    reason: 'Invalid',
    message: bounded(`${request.kind} ${JSON.stringify(name)} is invalid: ${sentences.join('; ')}`),
    details: {
      kind: request.kind,
      name,
      group: request.group,
      causes: told.map(({ path, reason, message }) => ({
        reason,
        field: bounded(path),
        message: bounded(message),
      })),
    },
  })
}

/** The denial of a request that cannot be judged as what it claims to be. */
export function malformed(message: string): Denied {
  return denied({ code: 400, reason: 'BadRequest', message: bounded(message) })
}

/** The denial when judging itself failed; the server's log has the same uid with the reason. */
export function failed(request: AdmissionRequest): Denied {
  return denied({
    code: 500,
    reason: 'InternalError',
    message: `internal error of the Mcrouter webhook; its log has the reason under uid ${bounded(request.uid)}`,
  })
}

/** One line of at most `MESSAGE_LENGTH` characters: nothing in it could forge a line of a log or a terminal. */
export function bounded(message: string): string {
  const cut = message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH - 1)}…` : message
  return cut.toWellFormed().replace(UNPRINTABLE, ' ')
}

/** On create with generateName the name is not made yet when the webhook is called. */
function requestedName(request: AdmissionRequest): string {
  if (request.name !== '') return request.name
  const metadata = request.object?.metadata
  if (typeof metadata !== 'object' || metadata === null) return ''
  if ('name' in metadata && typeof metadata.name === 'string') return metadata.name
  if ('generateName' in metadata && typeof metadata.generateName === 'string') return metadata.generateName
  return ''
}
