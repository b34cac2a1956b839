import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { judge } from '../schemas/judge.ts'
import { quote } from '../schemas/quote.ts'
import { KIND } from '../schemas/v1alpha3.ts'
import type { Violation } from '../schemas/verdict.ts'
import { readObjects, type TextObject } from './documents.ts'
import type { Expansion, Refusal, Rendered } from './expansion.ts'
import { render } from './index.ts'
import type { RenderSettings } from './rendering.ts'

export interface ExpandOptions {
  /** Namespace of a Mcrouter that names none. */
  readonly namespace: string
  readonly settings: RenderSettings
}

/**
 * Judges and renders every Mcrouter of a text, YAML or JSON: what /render and the command line answer with. Reads at
 * most 256 KiB and 100 objects.
 */
export function expand(text: string, options: ExpandOptions): Expansion {
  const read = readObjects(text)
  if ('fault' in read) return { kind: 'unreadable', fault: read.fault }
  const results = read.objects.map((object) => expandOne(object, options))
  const refusals = [...results.filter((result) => 'violations' in result), ...duplicates(results)]
  if (refusals.length > 0) return { kind: 'refused', refusals }
  return { kind: 'rendered', rendered: results.filter((result) => 'rendering' in result) }
}

function expandOne(
  { document, value }: TextObject,
  { namespace, settings }: ExpandOptions,
): Rendered | Refusal {
  const subject = `document ${document}`
  if (!isJsonObject(value)) return { subject, violations: [notAMcrouter(value)] }
  if (value.kind !== KIND) return { subject, violations: [notAMcrouter(value.kind)] }
  const judgement = judge(inNamespace(value, namespace), { unknownFields: 'reject' })
  if (!judgement.accepted)
    return { subject: subjectOf(value, namespace) ?? subject, violations: judgement.violations }
  const { mcrouter, warnings } = judgement
  return {
    name: mcrouter.name,
    namespace: mcrouter.namespace,
    warnings,
    rendering: render(mcrouter, settings),
  }
}

function notAMcrouter(kind: unknown): Violation {
  const found = kind === undefined ? 'nothing' : quote(kind)
  const message = `Invalid value: ${found}: only a Mcrouter can be expanded; leave everything else out`
  return { path: 'kind', reason: 'FieldValueNotSupported', message }
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (!isJsonObject(object.metadata) || object.metadata.namespace !== undefined) return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function subjectOf(object: JsonObject, namespace: string): string | undefined {
  if (!isJsonObject(object.metadata) || typeof object.metadata.name !== 'string') return undefined
  const { name, namespace: own = namespace } = object.metadata
  return typeof own === 'string' ? `${KIND} ${own}/${name}` : undefined
}

/** Applied one after the other, the last would silently win. */
function duplicates(results: readonly (Rendered | Refusal)[]): Refusal[] {
  const seen = new Set<string>()
  return results.flatMap((result) => {
    if (!('rendering' in result)) return []
    const subject = `${KIND} ${result.namespace}/${result.name}`
    if (!seen.has(subject)) {
      seen.add(subject)
      return []
    }
    const message = `Duplicate value: ${quote(result.name)}: there is one of this name before it`
    return [{ subject, violations: [{ path: 'metadata.name', reason: 'FieldValueDuplicate', message }] }]
  })
}
