import type { ApiVersion } from '../api-version.ts'
import { FIELDS, type Keys, type Settings, valueAt, withValue } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { SPEC } from '../validation/path.ts'
import { withoutNulls } from '../validation/prune-nulls.ts'
import { shapeOf } from '../validation/shape.ts'
import { oversized } from '../validation/size-limits.ts'
import { hazards } from '../validation/unsafe-values.ts'
import { fieldAt, overlap, without } from '../validation/unsound.ts'
import { UNKNOWN } from '../validation/writing.ts'

/**
 * What a spec of one version says, as far as another can say it. A field that is unsound keeps its value, in the place that
 * it has there: what was refused is refused in every version, and nothing acts on a default in its place.
 */
export function translate(spec: JsonObject, from: ApiVersion, to: ApiVersion): JsonObject {
  const { settings, unsound, current } = read(spec, from)
  const written = to.fromHub(settings)
  return unsound.length === 0 ? written : spoilt(written, current, unsound, from, to, settings.pools.length)
}

/** Fields that are not what the schema of their version says. Of a spec within bounds (bounds.ts). */
export function unsoundIn(spec: JsonObject, version: ApiVersion): readonly Keys[] {
  return read(spec, version).unsound
}

interface Reading {
  readonly settings: Settings
  /** Fields that are not what the schema says; they have their defaults in the settings. */
  readonly unsound: readonly Keys[]
  /** The spec in the current spelling. */
  readonly current: JsonObject
}

function read(given: JsonObject, version: ApiVersion): Reading {
  const spec = ofVersion(given, version)
  const unsafe = Object.keys(spec).filter((key) => hazards({ [key]: spec[key] }, SPEC).length > 0)
  const { current, conflicts } = respelt(without(spec, unsafe.map(alone)), version)
  const complete = version.withDefaults(current)
  const known = [...conflicts, ...unsafe.map((key) => fieldOf(key, version))]
  const settings = known.length === 0 ? version.complete(complete) : undefined
  if (settings !== undefined) return { settings, unsound: [], current }
  const raw = unsafe.reduce((whole, key) => withValue(whole, fieldOf(key, version), spec[key]), current)
  return { ...mended(version, current, known), current: raw }
}

/** No more than the version knows at the top: all that is done with a spec copies it, once for each field that is unsound. */
function ofVersion(spec: JsonObject, { schema, aliases }: ApiVersion): JsonObject {
  const names = new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(aliases).map(topOf)])
  return Object.fromEntries(
    [...names].flatMap((name) => (Object.hasOwn(spec, name) ? [[name, spec[name]]] : [])),
  )
}

function topOf(alias: string): string {
  return alias.split('.', 1).join()
}

function alone(key: string): Keys {
  return [key]
}

/** Where the current spelling has what was written under that name. */
function fieldOf(name: string, { aliases }: ApiVersion): Keys {
  return Object.hasOwn(aliases, name) ? (aliases[name]?.split('.') ?? [name]) : [name]
}

/** In one spelling; a field that has two values in two spellings has both, which is no value. */
function respelt(spec: JsonObject, version: ApiVersion) {
  const given = withoutNulls(spec, version.writtenSchema)
  const { spec: normalised, violations } = version.normalise(isJsonObject(given) ? given : {}, UNKNOWN)
  const aliases = violations.map(({ path }) => path.slice('spec.'.length))
  const current = aliases.reduce((whole, alias) => {
    const [there, here] = [fieldOf(alias, version), alias.split('.')]
    return withValue(whole, there, [valueAt(spec, there), valueAt(spec, here)])
  }, normalised)
  return { current, conflicts: aliases.map((alias) => fieldOf(alias, version)) }
}

/** With defaults in place of what is unsound: those that are known first, then what is too large, then what has the wrong shape. */
function mended(version: ApiVersion, spec: JsonObject, known: readonly Keys[]) {
  const { schema } = version
  const fieldsOf = (violations: readonly { readonly path: string }[]) =>
    violations.map(({ path }) => fieldAt(path, schema)).filter((keys) => keys.length > 0)
  const safe = without(spec, known)
  const large = fieldsOf(oversized(safe, schema, SPEC))
  const complete = version.withDefaults(without(safe, large))
  const shape = shapeOf(complete, version)
  if (shape.sound) return { settings: shape.settings, unsound: [...known, ...large] }
  const misshapen = fieldsOf(shape.violations)
  const rest = shapeOf(version.withDefaults(without(complete, misshapen)), version)
  return {
    settings: rest.sound ? rest.settings : defaultsOf(version),
    unsound: rest.sound ? [...known, ...large, ...misshapen] : [[]],
  }
}

/** @throws when the version's own defaults are unsound, which no spec can bring about */
function defaultsOf(version: ApiVersion): Settings {
  const shape = shapeOf(version.withDefaults({}), version)
  if (shape.sound) return shape.settings
  throw new Error(`the defaults of ${version.name} are refused by its own schema`)
}

/** With the values of unsound fields in their places. */
function spoilt(
  written: JsonObject,
  spec: JsonObject,
  unsound: readonly Keys[],
  from: ApiVersion,
  to: ApiVersion,
  pools: number,
): JsonObject {
  let result = written
  for (const field of FIELDS) {
    for (let pool = 0; pool < (field.startsWith('pool.') ? pools : 1); pool++) {
      const [there, here] = [from.keysOf(field, pool), to.keysOf(field, pool)]
      if (there === undefined || here === undefined) continue
      const value = unsound.some((keys) => overlap(keys, there)) ? valueAt(spec, there) : undefined
      if (value !== undefined) result = withValue(result, here, value)
    }
  }
  return result
}
