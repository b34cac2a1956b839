import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/validation/path.ts'
import { quote } from '../../text/quote.ts'
import { invalid, scalarComplaint, wordComplaint } from './judge-scalar.ts'
import { UNREAD } from './literal-text.ts'
import { meant } from './meant.ts'
import { unknownTo } from './release-span.ts'
import type { Handles, Pool } from './route.ts'
import type { Scope } from './scope.ts'
import type { Options, ValueType } from './value-type.ts'

/** What the options of a handle lead to. */
export interface Found {
  /** By option, such as `children` and `operation_policies.get`. */
  readonly parts: Map<string, Handles>
  pool: Pool | undefined
}

/** Where a value is, and in which option of its handle, such as `shadows.0.target`. */
interface Spot {
  readonly place: Place
  readonly option: string
}

/** Of every handle, beside the options of its type. */
export const COMMON: Options = { type: { type: { kind: 'any' } }, name: { type: { kind: 'any' } } }

/** @param subject what has these options, for a message */
export function judgeOptions(
  subject: string,
  value: JsonObject,
  options: Options,
  place: Place,
  scope: Scope,
  found: Found,
): void {
  judgeMembers(subject, value, options, { place, option: '' }, scope, found)
}

function judgeMembers(
  subject: string,
  value: JsonObject,
  options: Options,
  { place, option: within }: Spot,
  scope: Scope,
  found: Found,
): void {
  const { findings, release } = scope
  for (const [key, inner] of Object.entries(value)) {
    const option = Object.hasOwn(options, key) ? options[key] : undefined
    const here = { within: place, key }
    if (option === undefined) {
      findings.complain(here, 'FieldValueForbidden', () => unknownOption(key, subject, options))
      continue
    }
    const reason = option.withheld ?? unknownTo(release, option)
    if (reason === undefined)
      judgeValue(inner, option.type, { place: here, option: `${within}${key}` }, scope, found)
    else findings.complain(here, 'FieldValueForbidden', `Forbidden: ${quote(key)} of ${subject}: ${reason}`)
  }
  for (const [key, option] of Object.entries(options)) {
    if (option.required !== true || value[key] !== undefined) continue
    findings.complain({ within: place, key }, 'FieldValueRequired', `Required value: ${subject} needs ${key}`)
  }
}

function unknownOption(key: string, subject: string, options: Options): string {
  return `Forbidden: unknown option ${quote(key)} of ${subject}${meant(key, Object.keys(options))}`
}

export function judgeValue(value: unknown, type: ValueType, spot: Spot, scope: Scope, found: Found): void {
  if (value === UNREAD) return
  const { place } = spot
  switch (type.kind) {
    case 'any':
      break
    case 'pool':
      found.pool = scope.pool(value, place)
      break
    case 'handle':
    case 'handles':
      judgeHandles(value, type.kind, spot, scope, found)
      break
    case 'list':
      if (Array.isArray(value)) judgeList(value, type, spot, scope, found)
      else wrong(value, 'must be a list', place, scope)
      break
    case 'map':
    case 'members':
      if (!isJsonObject(value)) wrong(value, 'must be an object', place, scope)
      else if (type.kind === 'map') judgeMap(value, type, spot, scope, found)
      else
        judgeMembers(optionOf(spot), value, type.options, { place, option: `${spot.option}.` }, scope, found)
      break
    case 'either': {
      const form = formOf(value, type)
      if (form === undefined) wrong(value, `must be ${formsOf(type)}`, place, scope)
      else judgeValue(value, form, spot, scope, found)
      break
    }
    default: {
      const isHandle = type.kind === 'server' && isJsonObject(value)
      const complaint = isHandle ? undefined : scalarComplaint(value, type, scope.release)
      if (isHandle) scope.handles(value, place)
      if (complaint !== undefined) scope.findings.complain(place, complaint.reason, complaint.message)
    }
  }
}

/** The option of the handle alone: below it names may be those of a user. */
function optionOf({ option }: Spot): string {
  return option.split('.', 1).join()
}

function wrong(value: unknown, must: string, place: Place, { findings }: Scope): void {
  const { reason, message } = invalid(value, must)
  findings.complain(place, reason, message)
}

type ListType = Extract<ValueType, { kind: 'list' }>

function judgeList(list: readonly unknown[], type: ListType, spot: Spot, scope: Scope, found: Found): void {
  const { place, option } = spot
  if (type.length !== undefined && list.length !== type.length) {
    wrong(list, `must have ${type.length} items`, place, scope)
  }
  if (type.unique) judgeUnique(list, place, scope)
  for (const [key, item] of list.entries()) {
    judgeValue(item, type.of, { place: { within: place, key }, option: `${option}.${key}` }, scope, found)
  }
}

type MapType = Extract<ValueType, { kind: 'map' }>

function judgeMap(map: JsonObject, type: MapType, spot: Spot, scope: Scope, found: Found): void {
  for (const [key, item] of Object.entries(map)) {
    const place = { within: spot.place, key }
    const complaint = type.keys === undefined ? undefined : wordComplaint(key, type.keys, scope.release)
    if (complaint !== undefined) scope.findings.complain(place, complaint.reason, complaint.message)
    judgeValue(item, type.of, { place, option: `${spot.option}.${key}` }, scope, found)
  }
}

type EitherType = Extract<ValueType, { kind: 'either' }>

function formOf(value: unknown, { text, number, list, object }: EitherType): ValueType | undefined {
  if (typeof value === 'number') return number
  if (typeof value === 'string') return text
  if (Array.isArray(value)) return list
  return isJsonObject(value) ? object : undefined
}

function formsOf({ text, number, list, object }: EitherType): string {
  const forms = [text && 'a string', number && 'a number', list && 'a list', object && 'an object']
  return forms.filter((form) => form !== undefined).join(' or ')
}

function judgeHandles(
  value: unknown,
  kind: 'handle' | 'handles',
  spot: Spot,
  scope: Scope,
  found: Found,
): void {
  const handles = scope.handles(value, spot.place)
  if (handles === undefined) return
  found.parts.set(spot.option, handles)
  const complaint = kind === 'handles' ? noneIn(handles) : notOne(handles)
  if (complaint === undefined) return
  scope.findings.complain(spot.place, 'FieldValueInvalid', `Invalid value: ${complaint}`)
}

function noneIn({ count }: Handles): string | undefined {
  return count === 0 ? 'no route handles: at least one is needed' : undefined
}

/** The operator may change how many servers a pool of its has. */
function notOne({ routes, count }: Handles): string | undefined {
  const list = routes.find(({ type, pool }) => type === 'Pool' && (pool?.operated === true || count !== 1))
  if (list !== undefined) {
    return `the servers of pool ${quote(list.pool?.name)} are a list, and one route handle is needed: PoolRoute in place of Pool`
  }
  return count === undefined || count === 1 ? undefined : `${count} route handles: one is needed`
}

function judgeUnique(list: readonly unknown[], place: Place, { findings }: Scope): void {
  const seen = new Set<unknown>()
  for (const [key, item] of list.entries()) {
    if (seen.has(item) && item !== UNREAD) {
      findings.complain({ within: place, key }, 'FieldValueDuplicate', `Duplicate value: ${quote(item)}`)
    }
    seen.add(item)
  }
}
