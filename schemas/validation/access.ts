import { quote } from '../../text/quote.ts'
import type { Settings } from '../fields.ts'
import { isJsonObject } from '../json.ts'
import type { Access } from '../mcrouter.ts'
import { STORED } from '../versions.ts'
import { ACCESS_ANNOTATION } from '../well-known.ts'
import { member } from './path.ts'
import { validate } from './validate.ts'
import type { Violation } from './violation.ts'
import { FILE } from './writing.ts'

/** Characters of the annotation, more than which no pass reads. */
export const LONGEST_ACCESS = 4096

const PATH = member('metadata.annotations', ACCESS_ANNOTATION)
const EXAMPLE = '[{"podSelector":{"matchLabels":{"uses-cache":"true"}}}]'

type Accessible =
  | { readonly access: Access | undefined }
  | { readonly violations: readonly [Violation, ...Violation[]] }

/**
 * Who may connect: what the spec says, or an annotation of the object, which every version has. Both together are refused, that nobody
 * changes the one and is held to the other.
 */
export function accessOf(metadata: unknown, { access }: Pick<Settings, 'access'>): Accessible {
  const text = accessText(metadata)
  if (text === undefined) return { access }
  if (access !== undefined) return { violations: [said] }
  return text.length > LONGEST_ACCESS ? { violations: [tooLong(text)] } : judged(text)
}

/** What the annotation says; undefined where it is not there. */
export function accessText(metadata: unknown): string | undefined {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  const text = isJsonObject(annotations) ? annotations[ACCESS_ANNOTATION] : undefined
  return typeof text === 'string' ? text : undefined
}

/** By the schema and the rules of the field, in whose words a violation is, but for where it is. */
function judged(text: string): Accessible {
  const from = parsed(text)
  if (!Array.isArray(from)) return { violations: [noList(text)] }
  const validity = validate({ access: { from } }, FILE, STORED)
  if (validity.valid) return { access: validity.settings.access }
  const [first = noList(text), ...others] = validity.violations.map(inAnnotation)
  return { violations: [first, ...others] }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const FIELD = 'spec.access.from'

function inAnnotation(violation: Violation): Violation {
  return { ...violation, path: `${PATH}${violation.path.slice(FIELD.length)}` }
}

const said: Violation = {
  path: PATH,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${STORED.fieldPath('access')} of ${STORED.name} says who may connect: take the annotation away, or that field`,
}

function noList(text: string): Violation {
  const message = `Invalid value: ${quote(text)}: must be JSON, a list of peers of a NetworkPolicy such as ${EXAMPLE}`
  return { path: PATH, reason: 'FieldValueInvalid', message }
}

function tooLong(text: string): Violation {
  const message = `Invalid value: ${quote(text)}: must have at most ${LONGEST_ACCESS} characters, has ${text.length}; ${STORED.name} has room for more, in ${STORED.fieldPath('access')}`
  return { path: PATH, reason: 'FieldValueInvalid', message }
}
