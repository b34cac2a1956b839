import { excerptOf, type Selection } from '../../text/excerpt.ts'
import { type Keys, valueAt } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** How a spec came to be what it is, as far as that can be told: whether both spellings of a field are one writer's words. */
export interface Writing {
  /** The stored spec that this may have been merged into; undefined where the caller wrote the whole object. */
  readonly mergedInto?: JsonObject | undefined
  /** The stored spec whose place this takes, where the caller is known to have written the whole object. */
  readonly replaced?: JsonObject | undefined
  /** Whether one manifest is known to have all these fields, two spellings of one for instance; by their paths, such as memcached.shards. */
  readonly wrote: (...fields: readonly string[]) => boolean
}

/** Of a file: nobody has filled anything in. */
export const FILE: Writing = { wrote: () => true }

/** Of an object about which nothing is known. */
export const UNKNOWN: Writing = { wrote: () => false }

/** Of an object as the API server sends it to a webhook. */
export function writingOf({ metadata, spec }: JsonObject, stored: Omit<Writing, 'wrote'>): Writing {
  if (!isJsonObject(metadata) || !isJsonObject(spec)) return { ...UNKNOWN, ...stored }
  let lastApplied: LastApplied | undefined
  const wrote = (...fields: readonly string[]) => {
    if (isAppliedTogether(metadata.managedFields, fields)) return true
    lastApplied ??= lastAppliedOf(metadata.annotations)
    return fields.every((name) => holdsSame(lastApplied?.spec, spec, name))
  }
  return { ...stored, wrote }
}

/**
 * Server-side apply: a manager owns what its last manifest has. An alias in a request is of this request, and whoever had
 * it before has lost it. Managers that update own defaults too, and so say nothing.
 */
function isAppliedTogether(managedFields: unknown, fields: readonly string[]): boolean {
  if (!Array.isArray(managedFields)) return false
  return managedFields.filter(isJsonObject).some(({ operation, subresource, fieldsV1 }) => {
    if (operation !== 'Apply' || (subresource ?? '') !== '' || !isJsonObject(fieldsV1)) return false
    const owned = fieldsV1['f:spec']
    return fields.every((field) => valueAt(owned, keysOf(field, 'f:')) !== undefined)
  })
}

/** What kubectl keeps of the manifest of a client-side apply. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What kubectl keeps of the manifest. */
interface LastApplied {
  readonly spec: unknown
}

/** Only the spec of the manifest is parsed, and nothing of a text with more values than a manifest of ours has: anybody can write any text there. */
const SPEC_ALONE: Selection = new Map([['spec', 'whole']])
const MOST_VALUES = 10_000

/**
 * Client-side apply: kubectl keeps the manifest in an annotation. Other requests leave it there, so that it counts only
 * where the object is what it says.
 */
function lastAppliedOf(annotations: unknown): LastApplied {
  const text = isJsonObject(annotations) ? annotations[LAST_APPLIED] : undefined
  const excerpt = typeof text === 'string' ? excerptOf(Buffer.from(text), SPEC_ALONE, MOST_VALUES) : undefined
  const manifest = excerpt && parseIfJson(excerpt.text)
  return { spec: isJsonObject(manifest) ? manifest.spec : undefined }
}

function holdsSame(applied: unknown, spec: JsonObject, field: string): boolean {
  const value = valueAt(applied, keysOf(field))
  return value !== undefined && value === valueAt(spec, keysOf(field))
}

function keysOf(field: string, prefix = ''): Keys {
  return field.split('.').map((name) => `${prefix}${name}`)
}

/** Undefined for what is no JSON: anybody can write such an annotation, and it says nothing then. */
function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
