import { versionsWith } from '../routing/versions.ts'
import { type ApiVersion, storedVersion, type Versions, versionOf } from '../schemas/api-version.ts'
import { convert } from '../schemas/conversion/convert.ts'
import { unsaid } from '../schemas/conversion/unsaid.ts'
import type { Images } from '../schemas/images.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { judge } from '../schemas/validation/judge.ts'
import { LAST_APPLIED } from '../schemas/validation/writing.ts'
import { KIND, specAnnotation } from '../schemas/well-known.ts'
import { accept } from './expand.ts'
import type { Other, Source, Unaccepted } from './expansion.ts'
import { FILE_LIMITS, readObjects } from './parse-objects.ts'
import type { Output } from './print.ts'
import { yamlOf } from './yaml.ts'

const VERSIONS = versionsWith()

/** Names of the versions that there are. */
export const VERSION_NAMES: readonly string[] = Object.keys(VERSIONS)
/** Of the one to write. */
export const NEWEST: string = storedVersion(VERSIONS).name

export interface ConvertOptions {
  /** Namespace of a Mcrouter that names none. */
  readonly namespace: string
  /** Name of the version that is wanted. */
  readonly to: string
  /** By default those of an operator that is not told otherwise. */
  readonly images?: Images
  /** By default all that there are, with these images. */
  readonly versions?: Versions
}

export type Conversion =
  | {
      readonly kind: 'converted'
      readonly converted: readonly Converted[]
      readonly others: readonly Other[]
    }
  | Unaccepted

export interface Converted {
  readonly object: JsonObject
  /** What to know about it, as a sentence. */
  readonly note?: string
}

/** Every Mcrouter of some texts in another version, as one keeps it in a file: complete, since defaults differ by version. */
export function convertAll(sources: readonly Source[], options: ConvertOptions): Conversion {
  const { namespace, images, versions = versionsWith(images) } = options
  const acceptance = accept(sources, { namespace, versions, limits: FILE_LIMITS, others: 'allow' })
  if (acceptance.kind !== 'accepted') return acceptance
  const to = Object.hasOwn(versions, options.to) ? versions[options.to] : undefined
  const objects = sources.flatMap((source) => mcroutersIn(source))
  const converted = objects.map((object) => convertedTo(to ?? storedVersion(versions), object, versions))
  return { kind: 'converted', converted, others: acceptance.others }
}

function mcroutersIn({ text }: Source): JsonObject[] {
  const read = readObjects(text, FILE_LIMITS)
  const values = 'objects' in read ? read.objects.map(({ value }) => value) : []
  return values.filter(isJsonObject).filter(({ kind }) => kind === KIND)
}

/** @param object a valid one */
function convertedTo(to: ApiVersion, object: JsonObject, versions: Versions): Converted {
  const from = versionOf(object.apiVersion, versions) ?? to
  const written = { apiVersion: object.apiVersion, kind: KIND, metadata: writtenMetadata(object.metadata) }
  const judgement = judge(object, { source: 'file', versions })
  const { spec = {} } = judgement.accepted ? judgement : {}
  const title = `Mcrouter ${nameOf(object)}`
  if (from === to)
    return { object: { ...written, spec: to.kept(spec) }, note: `${title} is of ${to.name} already` }
  const result = inFile(convert({ ...written, spec }, from, to), to)
  const kept = specAnnotation(from)
  const fields = unsaid(spec, from, to)
  if (fields.length === 0) return { object: { ...result, metadata: writtenMetadata(result.metadata, kept) } }
  const note = `${title}: ${to.name} cannot say all of ${fields.join(', ')}: kept in the annotation ${kept}`
  return { object: result, note }
}

function inFile(object: JsonObject, { kept }: ApiVersion): JsonObject {
  return isJsonObject(object.spec) ? { ...object, spec: kept(object.spec) } : object
}

/**
 * As somebody writes it: what is left out is the API server's.
 * @param needless an annotation that says nothing more
 */
function writtenMetadata(metadata: unknown, needless = LAST_APPLIED): JsonObject {
  const { name, generateName, namespace, labels, annotations } = isJsonObject(metadata) ? metadata : {}
  const { [needless]: _, [LAST_APPLIED]: __, ...others } = isJsonObject(annotations) ? annotations : {}
  return {
    ...(name !== undefined && { name }),
    ...(generateName !== undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(others).length > 0 && { annotations: others }),
  }
}

function nameOf({ metadata }: JsonObject): string {
  const { name, generateName, namespace } = isJsonObject(metadata) ? metadata : {}
  return [namespace, name ?? generateName].filter((part) => part !== undefined).join('/')
}

/** A stream of manifests; as JSON one object, or a List of several. */
export function printConverted(converted: readonly Converted[], output: Output): string {
  const objects = converted.map(({ object }) => object)
  if (output === 'yaml') return objects.map(yamlOf).join('---\n')
  const [only, ...others] = objects
  const whole = others.length === 0 ? only : { apiVersion: 'v1', kind: 'List', items: objects }
  return `${JSON.stringify(whole, null, 2)}\n`
}
