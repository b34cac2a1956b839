import { accept } from '../render/expand.ts'
import type { Source } from '../render/expansion.ts'
import { FILE_LIMITS, readObjects } from '../render/parse-objects.ts'
import { yamlOf } from '../render/yaml.ts'
import { type ApiVersion, type Versions, versionOf } from '../schemas/api-version.ts'
import { convert } from '../schemas/conversion/convert.ts'
import { unsaid } from '../schemas/conversion/unsaid.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { judge } from '../schemas/validation/judge.ts'
import { LAST_APPLIED } from '../schemas/validation/writing.ts'
import { VERSIONS } from '../schemas/versions.ts'
import { KIND, specAnnotation } from '../schemas/well-known.ts'
import type { Terminal } from './command.ts'
import { help, parseFlags } from './convert-flags.ts'
import { ReadingError } from './manifest-files.ts'
import { complaints, fail, readAll, skipped } from './mcrouter-files.ts'

/**
 * `convert`: Mcrouters in another version of the API, without a cluster.
 *
 * @returns the exit code
 * @throws {FlagsError} when called wrongly
 */
export async function runConvert(
  argv: readonly string[],
  terminal: Terminal,
  versions: Versions = VERSIONS,
): Promise<number> {
  const flags = parseFlags(argv, versions)
  if (flags === undefined) {
    terminal.out(help())
    return 0
  }
  const { namespace, to, output } = flags
  const sources = await readAll(flags, terminal)
  if (sources instanceof ReadingError) return fail(terminal, [`Cannot read ${sources.message}`])
  const acceptance = accept(sources, { namespace, versions, limits: FILE_LIMITS, others: 'allow' })
  if (acceptance.kind !== 'accepted') return fail(terminal, complaints(acceptance))
  if (acceptance.others.length > 0) terminal.error(`${skipped(acceptance.others)}\n`)
  const objects = sources.flatMap((source) => mcroutersIn(source))
  if (objects.length === 0) return fail(terminal, ['There is no Mcrouter to convert'])
  const converted = objects.map((object) => convertedTo(to, object, versions))
  for (const { note } of converted) if (note !== undefined) terminal.error(`${note}\n`)
  terminal.out(
    printed(
      converted.map(({ object }) => object),
      output,
    ),
  )
  return 0
}

function mcroutersIn({ text }: Source): JsonObject[] {
  const read = readObjects(text, FILE_LIMITS)
  const values = 'objects' in read ? read.objects.map(({ value }) => value) : []
  return values.filter(isJsonObject).filter(({ kind }) => kind === KIND)
}

interface Converted {
  readonly object: JsonObject
  /** What to know about it. */
  readonly note?: string
}

/** @param object a valid one */
function convertedTo(to: ApiVersion, object: JsonObject, versions: Versions): Converted {
  const from = versionOf(object.apiVersion, versions) ?? to
  const written = { apiVersion: object.apiVersion, kind: KIND, metadata: writtenMetadata(object.metadata) }
  const judgement = judge(object, { source: 'file', versions })
  const { spec = {} } = judgement.accepted ? judgement : {}
  const title = `Mcrouter ${nameOf(object)}`
  if (from === to) return { object: { ...written, spec }, note: `${title} is of ${to.name} already` }
  const result = convert({ ...written, spec }, from, to)
  const kept = specAnnotation(from)
  const fields = unsaid(spec, from, to)
  if (fields.length === 0) return { object: { ...result, metadata: writtenMetadata(result.metadata, kept) } }
  const note = `${title}: ${to.name} cannot say all of ${fields.join(', ')}: kept in the annotation ${kept}`
  return { object: result, note }
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

function printed(objects: readonly JsonObject[], output: 'yaml' | 'json'): string {
  if (output === 'yaml') return objects.map(yamlOf).join('---\n')
  const [only, ...others] = objects
  const whole = others.length === 0 ? only : { apiVersion: 'v1', kind: 'List', items: objects }
  return `${JSON.stringify(whole, null, 2)}\n`
}
