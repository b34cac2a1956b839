import type { ErrorObject, ValidateFunction } from 'ajv'
import type { Field, FieldPath, Keys, Settings } from './fields.ts'
import type { CelRule } from './generate/structural.ts'
import { type Images, withImages } from './images.ts'
import type { JsonObject } from './json.ts'
import type { Schema } from './schema.ts'
import type { Column } from './status/columns.ts'
import { defaultsOf } from './validation/defaults.ts'
import type { Violation, Warning } from './validation/violation.ts'
import type { Writing } from './validation/writing.ts'
import { GROUP } from './well-known.ts'

/** What a version of the API says of itself: all that differs from one to the next. */
interface Description {
  /** Such as v1alpha3. */
  readonly name: string
  readonly served: boolean
  /** Whether objects are stored in it, which is true of one version. */
  readonly storage: boolean
  /** Of a spec that is normalised and complete; each field with its default. */
  readonly schema: Schema
  /**
   * What an object gets that names no image, from the operator's settings: admission writes it into the object, in which it stays
   * (validation/stored-images.ts). Undefined where the schema has defaults.
   */
  readonly defaultImages: Images | undefined
  /** Of a spec as a person may write it: also in deprecated spellings, and nothing is required. */
  readonly writtenSchema: Schema
  readonly statusSchema: Schema
  /** Deprecated spellings, each with the one that took its place. */
  readonly aliases: Readonly<Record<string, string>>
  /** What spans fields, in CEL, for the API server itself. */
  readonly celRules: () => readonly CelRule[]
  /** What the scale subresource sets, which goes by the topology: one number of the main pool (layout.ts, sizeOf). */
  readonly scaled: Keys
  /** What `kubectl get` shows. */
  readonly columns: readonly Column[]
  /** Where the spec has a field of the internal form; undefined for one that the version does not have. */
  readonly keysOf: (field: Field, pool?: number) => Keys | undefined
  readonly fieldPath: FieldPath
  /** A value of the internal form as people write it in this version: 256 may be 256Mi. */
  readonly format: (field: Field, value: number | string) => number | string
  /** A stored spec without what an earlier release filled in and what would now be refused. */
  readonly withoutFormerDefaults: (spec: unknown, writing: Writing) => Relieved
  /** Rewrites deprecated spellings, and what a scale has left out of step. */
  readonly normalise: (spec: JsonObject, writing: Writing) => Normalised
  /** A spec with what it implies of fields that it leaves out, where that is not the default of the schema. */
  readonly implied: (spec: JsonObject) => JsonObject
  /** A stored spec in which what a scale set has its effect on all that says the same; itself where that is so already. */
  readonly settled: (spec: JsonObject) => JsonObject
  /** A settled spec as somebody keeps it in a file: without what follows from the rest, and would hold against a later change of it. */
  readonly kept: (spec: JsonObject) => JsonObject
  /** Whether changes that move keys to other servers are refused, for good or until somebody consents to them; else they are warned of. */
  readonly asksConsent: boolean
  /** Whether a spec is refused that is longer than a conversion keeps; else what another version cannot say of it is out of reach there. */
  readonly limitsLength: boolean
  /** The spec that says this, with nothing in it that follows from the rest. */
  readonly fromHub: (settings: Settings) => JsonObject
}

/** What ajv made of the schema (generate/compile.ts). */
export interface Validators<Spec> {
  /** Accepts a spec without faults that has every field with a default, and none that is unknown. */
  readonly isComplete: ValidateFunction<Spec>
  /** Finds every fault at every place. */
  readonly isSound: ValidateFunction<Spec>
}

/**
 * Judges mcrouter's own JSON in the field `config`. Its language is in routing, which stands on this folder:
 * routing/versions.ts puts it into the versions, and without it none is accepted.
 */
export type CheckConfig = (
  config: JsonObject,
  settings: Pick<Settings, 'pools' | 'routers'>,
) => { readonly violations: readonly Violation[]; readonly warnings: readonly Warning[] }

interface Conversion<Spec> {
  readonly validators: Validators<Spec>
  /** Whether normalising would leave a complete spec as it is. */
  readonly isNormalised: (spec: Spec) => boolean
  /** The internal form of a complete spec without faults. */
  readonly toHub: (spec: Spec) => Settings
}

/** A version of the API as everything outside its folder knows it. */
export interface ApiVersion extends Description {
  /** Such as mcrouter.example.com/v1alpha3. */
  readonly apiVersion: string
  readonly withDefaults: (spec: JsonObject) => JsonObject
  readonly checkConfig: CheckConfig
  /** The internal form of a spec that is normalised, complete and without faults; undefined for any other. Quick: it copies nothing else. */
  readonly complete: (spec: JsonObject) => Settings | undefined
  /** The internal form of a complete spec, or every fault of it. */
  readonly check: (spec: JsonObject) => Checked
}

export type Checked = { readonly settings: Settings } | { readonly errors: readonly ErrorObject[] }

export interface Relieved {
  readonly spec: unknown
  readonly warnings: readonly Warning[]
}

export interface Normalised {
  /** In current spellings only. */
  readonly spec: JsonObject
  /** Paths of fields, each with that of the deprecated spelling which gave the value: what a violation should name. */
  readonly written: ReadonlyMap<string, string>
  /** Fields given in both spellings with different values. */
  readonly violations: readonly Violation[]
  readonly warnings: readonly Warning[]
}

/** Makes a version out of what its folder says; only in here is the type of its spec known. */
export function apiVersion<Spec>({
  validators,
  isNormalised,
  toHub,
  ...description
}: Description & Conversion<Spec>): ApiVersion {
  const { name, schema, defaultImages } = description
  return {
    ...description,
    apiVersion: `${PREFIX}${name}`,
    withDefaults: completing(
      description,
      defaultImages === undefined ? schema : withImages(schema, defaultImages),
    ),
    checkConfig: () => ({ violations: [UNJUDGED], warnings: [] }),
    complete: (spec) => (validators.isComplete(spec) && isNormalised(spec) ? toHub(spec) : undefined),
    check: (spec) =>
      validators.isSound(spec) ? { settings: toHub(spec) } : { errors: validators.isSound.errors ?? [] },
  }
}

const UNJUDGED: Violation = {
  path: 'spec.config',
  reason: 'FieldValueForbidden',
  message: "Forbidden: nothing here judges mcrouter's own JSON",
}

/** The version as an operator has it that is told these images; itself where its schema has defaults. */
export function withDefaultImages(version: ApiVersion, images: Images): ApiVersion {
  if (version.defaultImages === undefined) return version
  return {
    ...version,
    defaultImages: images,
    withDefaults: completing(version, withImages(version.schema, images)),
  }
}

function completing({ implied }: Pick<Description, 'implied'>, schema: Schema): ApiVersion['withDefaults'] {
  const complete = defaultsOf(schema)
  return (spec) => complete(implied(spec))
}

/** Versions by their names. */
export type Versions = Readonly<Record<string, ApiVersion>>

export function storedVersion(versions: Versions): ApiVersion {
  const stored = Object.values(versions).find(({ storage }) => storage)
  if (stored === undefined) throw new Error('no version of the API is the one that is stored')
  return stored
}

export function servedVersions(versions: Versions): ApiVersion[] {
  return Object.values(versions).filter(({ served }) => served)
}

/** The version that an object says it is of; undefined where none such is served. */
export function versionOf(apiVersion: unknown, versions: Versions): ApiVersion | undefined {
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(PREFIX)) return undefined
  return versionNamed(apiVersion.slice(PREFIX.length), versions)
}

/** Undefined for one that is not served. */
export function versionNamed(name: string, versions: Versions): ApiVersion | undefined {
  const version = Object.hasOwn(versions, name) ? versions[name] : undefined
  return version?.served ? version : undefined
}

const PREFIX = `${GROUP}/`
