import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { judge } from '../schemas/judge.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { quote } from '../schemas/quote.ts'
import { KIND } from '../schemas/v1alpha3.ts'
import type { Violation, Warning } from '../schemas/verdict.ts'
import { readObjects, type TextObject } from './documents.ts'
import type { Expansion, Refusal } from './expansion.ts'
import { render } from './index.ts'
import type { RenderSettings } from './rendering.ts'

export interface ExpandOptions {
  /** Namespace of a Mcrouter that names none. */
  readonly namespace: string
  readonly settings: RenderSettings
}

/** Servers of all Mcrouters of a text together: each becomes about 700 bytes of configuration. */
export const MAX_SERVERS = 2000

/**
 * Judges and renders every Mcrouter of a text, YAML or JSON: what /render and the command line answer with. Reads at
 * most 256 KiB, 100 objects and 2000 servers; within these it is done in a fraction of a second.
 */
export function expand(text: string, { namespace, settings }: ExpandOptions): Expansion {
  const read = readObjects(text)
  if ('fault' in read) return { kind: 'unreadable', fault: read.fault }
  const verdicts = read.objects.map((object) => verdictOn(object, namespace))
  const accepted = verdicts.filter((verdict) => 'mcrouter' in verdict)
  const refusals = [...verdicts.filter((verdict) => 'violations' in verdict), ...duplicatesIn(accepted)]
  if (refusals.length > 0) return { kind: 'refused', refusals }
  const servers = accepted.reduce((sum, { mcrouter }) => sum + mcrouter.memcached.servers, 0)
  if (servers > MAX_SERVERS) return { kind: 'unreadable', fault: { message: tooManyServers(servers) } }
  return {
    kind: 'rendered',
    rendered: accepted.map((one) => ({ ...one, rendering: render(one.mcrouter, settings) })),
  }
}

interface Accepted {
  readonly mcrouter: Mcrouter
  readonly warnings: readonly Warning[]
}

function verdictOn({ document, value }: TextObject, namespace: string): Accepted | Refusal {
  const subject = `document ${document}`
  if (!isJsonObject(value)) return { subject, violations: [notAMcrouter(undefined)] }
  if (value.kind !== KIND) return { subject, violations: [notAMcrouter(value.kind)] }
  const object = inNamespace(value, namespace)
  const judgement = judge(object, { source: 'file' })
  return judgement.accepted
    ? judgement
    : { subject: nameOf(object) ?? subject, violations: judgement.violations }
}

function notAMcrouter(kind: unknown): Violation {
  const found = kind === undefined ? 'no kind' : quote(kind)
  const message = `Unsupported value: ${found}: only objects of kind ${KIND} are expanded, leave out the others`
  return { path: 'kind', reason: 'FieldValueNotSupported', message }
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (!isJsonObject(object.metadata) || (object.metadata.namespace ?? '') !== '') return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function nameOf({ metadata }: JsonObject): string | undefined {
  if (!isJsonObject(metadata) || typeof metadata.name !== 'string' || typeof metadata.namespace !== 'string')
    return
  return `${KIND} ${metadata.namespace}/${metadata.name}`
}

/** Applied one after the other, the last would silently win. */
function duplicatesIn(accepted: readonly Accepted[]): Refusal[] {
  const subjects = accepted.map(({ mcrouter }) => `${KIND} ${mcrouter.namespace}/${mcrouter.name}`)
  const again = new Set(subjects.filter((subject, index) => subjects.indexOf(subject) !== index))
  const message = 'Duplicate value: another Mcrouter in the text has the same name and namespace'
  return [...again].map((subject) => ({
    subject,
    violations: [{ path: 'metadata.name', reason: 'FieldValueDuplicate', message }],
  }))
}

function tooManyServers(servers: number): string {
  return `Its Mcrouters have ${servers} servers together; at most ${MAX_SERVERS} are expanded at once. Split it.`
}
