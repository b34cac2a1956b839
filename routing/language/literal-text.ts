import type { JsonObject } from '../../schemas/json.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { type Place, pathOf } from '../../schemas/validation/path.ts'
import type { Violation } from '../../schemas/validation/violation.ts'
import { quote } from '../../text/quote.ts'

/**
 * Stands for what mcrouter's preprocessor would make something else of, and for what is too much to read: complained about
 * already, and so of every type.
 */
export const UNREAD: unique symbol = Symbol('unread')

/** Of a configuration, values and names of members alike. Its text stays far below a ConfigMap's 1 MiB. */
export const MOST_VALUES = 10_000
export const MOST_CHARACTERS = 200_000
/** JSON within JSON. */
export const MOST_LEVELS = 40

export interface Text {
  /** As mcrouter reads it: escapes are gone. */
  readonly value: unknown
  readonly violations: readonly Violation[]
}

/** The names that mcrouter's preprocessor calls in place of an object (lib/config/ConfigPreprocessor.cpp:1688-1815). */
const CALLS = new Set(
  (
    'import hash weightedHash int double str bool keys values merge select shuffle slice split range contains empty equals isArray ' +
    'isBool isDouble isInt isObject isString less bitwiseAnd bitwiseOr bitwiseXor bitwiseNot bitwiseLeftShift bitwiseRightShift ' +
    'and or not size add sub mul div mod fail sort set if define defined isLocalIp transform process foreach macroDef constDef'
  ).split(' '),
)

export function isPreprocessorCall(name: string): boolean {
  return CALLS.has(name)
}

/**
 * A configuration without what mcrouter's preprocessor does: it expands macros, substitutes parameters and drops backslashes in
 * every string and name before anything else is read. None of it is taken, but for the escapes that {@link literal} writes.
 */
export function literalText(config: unknown, place: Place): Text {
  const reader = new Reader()
  const value = reader.read(config, place, 0)
  return { value, violations: reader.violations }
}

class Reader {
  readonly violations: Violation[] = []
  #values = 0
  #characters = 0

  read(value: unknown, place: Place, level: number): unknown {
    this.#values += 1
    if (this.#values > MOST_VALUES) return this.#tooMuch(place, `more than ${MOST_VALUES} values`)
    if (typeof value === 'string') return this.#text(value, place)
    const wrong = typeof value === 'number' ? wrongNumber(value) : undefined
    if (wrong !== undefined) return this.#refuse(place, `Invalid value: ${wrong}`)
    if (typeof value !== 'object' || value === null) return value
    if (level >= MOST_LEVELS)
      return this.#refuse(place, `Invalid value: more than ${MOST_LEVELS} levels deep`)
    return Array.isArray(value)
      ? value.map((item: unknown, index) => this.read(item, { within: place, key: index }, level + 1))
      : this.#object(value, place, level)
  }

  #object(value: object, place: Place, level: number): unknown {
    if (!isJsonObject(value)) return UNREAD
    const call = calledBy(value)
    if (call !== undefined) {
      return this.#refuse(
        place,
        `Forbidden: mcrouter's preprocessor would call ${quote(call)} here: write what comes out of it`,
      )
    }
    const members: (readonly [string, unknown])[] = []
    for (const [name, inner] of Object.entries(value)) {
      const within = { within: place, key: name }
      if (name === 'macros' && level === 0) {
        this.#refuse(
          within,
          'Forbidden: macros are not taken: name a handle in named_handles, and write the rest out',
        )
        continue
      }
      if (name === 'vars') {
        this.#refuse(
          within,
          'Forbidden: variables of macros are not taken: write their values where they belong',
        )
        continue
      }
      const key = this.#text(name, within)
      const read = this.read(inner, within, level + 1)
      if (typeof key === 'string') members.push([key, read])
      if (this.#values > MOST_VALUES) break
    }
    return Object.fromEntries(members)
  }

  #text(text: string, place: Place): unknown {
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS)
      return this.#tooMuch(place, `more than ${MOST_CHARACTERS} characters`)
    const complaint = complaintOf(text)
    if (complaint !== undefined) return this.#refuse(place, `Invalid value: ${quote(text)}: ${complaint}`)
    return text.replaceAll(/\\([\\%@])/g, '$1')
  }

  #tooMuch(place: Place, what: string): typeof UNREAD {
    if (!this.violations.some(({ message }) => message.endsWith(what))) {
      this.#refuse(place, `Invalid value: the configuration has ${what}`)
    }
    return UNREAD
  }

  #refuse(place: Place, message: string): typeof UNREAD {
    const reason = message.startsWith('Forbidden') ? 'FieldValueForbidden' : 'FieldValueInvalid'
    this.violations.push({ path: pathOf(place), reason, message })
    return UNREAD
  }
}

function calledBy({ type }: JsonObject): string | undefined {
  return typeof type === 'string' && CALLS.has(type) ? type : undefined
}

/** What the API server, this operator and mcrouter do not all read as the same number; undefined for one that they do. */
function wrongNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return `${value}: JSON has no such number`
  if (Object.is(value, -0)) return '-0: not all programs keep its sign; write 0'
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return `${value}: a number beyond ${Number.MAX_SAFE_INTEGER} is rounded by programs that read it; write a smaller one`
  return undefined
}

/** What the preprocessor would do to a text, or a log or terminal would not show; undefined for one that stays as it is. */
function complaintOf(text: string): string | undefined {
  if (text.startsWith('@')) return 'a leading @ calls a macro, and none is taken; write \\@ for the character'
  const left = text.replaceAll(/\\[\\%]|^\\@/g, '')
  if (left.includes('\\')) return 'mcrouter drops a backslash; write \\\\ for the character'
  if (left.includes('%')) return '% substitutes a parameter, and none is taken; write \\% for the character'
  if (/\p{Cc}/u.test(text)) return 'must have no control characters'
  return undefined
}
