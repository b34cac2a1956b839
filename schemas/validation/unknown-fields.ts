import { bare, likely } from '../../text/nearest.ts'
import { isJsonObject } from '../json.ts'
import type { Schema } from '../schema.ts'
import { type Place, pathOf } from './path.ts'
import type { Violation } from './violation.ts'

/** More than a reader is told: the rest are only counted, which takes a small part of the time. */
const TOLD = 100
const UNTOLD: Violation = { path: 'spec', reason: 'FieldValueForbidden', message: 'Forbidden: unknown field' }

/**
 * Members that the schema does not know, each with where it belongs or what was probably meant.
 * @param place undefined for the whole object
 * @param elsewhere what there is instead of a name that belongs somewhere else altogether
 */
export function unknownFields(
  value: unknown,
  schema: Schema,
  place: Place | undefined,
  elsewhere: (name: string) => string | undefined = () => undefined,
): Violation[] {
  return unknownIn(value, schema, place).map(({ place, key, known }, index) => {
    if (index >= TOLD) return UNTOLD
    const there = elsewhere(key)
    const advice = there === undefined ? adviceFor(key, known) : `; ${there}`
    return {
      path: pathOf(place),
      reason: 'FieldValueForbidden',
      message: `Forbidden: unknown field${advice}`,
    }
  })
}

function isBelow(key: string, known: Members): boolean {
  return Object.values(known).some(({ properties = {} }) => Object.hasOwn(properties, key))
}

/** The members that could be there instead. */
type Members = Readonly<Record<string, Schema>>

interface Unknown {
  readonly place: Place
  readonly key: string
  readonly known: Members
}

function unknownIn(value: unknown, schema: Schema, place: Place | undefined): Unknown[] {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return []
    return value.flatMap((item, index) => unknownIn(item, items, { within: place, key: index }))
  }
  const { properties } = schema
  if (!isJsonObject(value) || properties === undefined) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = { within: place, key }
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    return property === undefined
      ? [{ place: here, key, known: properties }]
      : unknownIn(inner, property, here)
  })
}

/** Names that others have for a field, or this one had, and that share no letters with it; without case and separators. */
const SYNONYMS: Readonly<Record<string, string>> = {
  memorymb: 'memory',
  memorymib: 'memory',
  itemsize: 'maxItemSize',
  maxconns: 'maxConnections',
  replicas: 'shards',
  servers: 'shards',
  size: 'shards',
  poolsize: 'shards',
  timeoutsuntiltko: 'untilDown',
  servertimeout: 'server',
  connecttimeout: 'connect',
  numproxies: 'threads',
}

function adviceFor(key: string, known: Members): string {
  const synonym = Object.hasOwn(SYNONYMS, bare(key)) ? SYNONYMS[bare(key)] : undefined
  if (synonym !== undefined) {
    if (Object.hasOwn(known, synonym)) return `; did you mean ${synonym}?`
    const there = Object.keys(known).filter((name) => Object.hasOwn(known[name]?.properties ?? {}, synonym))
    // An exact name somewhere below says more.
    if (there.length > 0 && !isBelow(key, known))
      return `; did you mean ${there.map((name) => `${name}.${synonym}`).join(' or ')}?`
  }
  const homes = Object.keys(known).filter((name) => Object.hasOwn(known[name]?.properties ?? {}, key))
  if (homes.length > 0) return `; it belongs under ${homes.join(' or ')}`
  const meant = likely(key, Object.keys(known))
  return meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`
}
