import { versionsWith } from '../routing/versions.ts'
import type { Versions } from '../schemas/api-version.ts'
import { DEFAULT_IMAGES, type Images } from '../schemas/images.ts'
import { INHERITS_NOTHING, type Inheritance } from '../schemas/inheritance.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { serversIn } from '../schemas/layout.ts'
import { judge } from '../schemas/validation/judge.ts'
import type { Violation } from '../schemas/validation/violation.ts'
import { GROUP, KIND } from '../schemas/well-known.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import type { Acceptance, Accepted, Expansion, Other, Refusal, Source } from './expansion.ts'
import { render } from './index.ts'
import { type Limits, readObjects, type TextObject } from './parse-objects.ts'
import type { RenderSettings } from './rendering.ts'

export interface AcceptOptions {
  /** Namespace of a Mcrouter that names none. */
  readonly namespace: string
  readonly limits: Limits
  /** By default nothing is inherited. */
  readonly inherit?: Inheritance
  /** By default those of an operator that is not told otherwise. */
  readonly images?: Images
  /** By default all that there are, with these images. */
  readonly versions?: Versions
  /** Whether objects of other kinds are a mistake. */
  readonly others: 'refuse' | 'allow'
}

export interface ExpandOptions extends AcceptOptions {
  readonly settings: RenderSettings
}

/**
 * Judges and renders every Mcrouter of some texts, YAML or JSON: what /render and the command line answer with. Within
 * the limits of a request it is done in a fraction of a second.
 */
export function expand(sources: readonly Source[], options: ExpandOptions): Expansion {
  const acceptance = accept(sources, options)
  if (acceptance.kind !== 'accepted') return acceptance
  const { accepted, others } = acceptance
  const rendered = accepted.map((one) => ({ ...one, rendering: render(one.mcrouter, options.settings) }))
  return { kind: 'rendered', rendered, others }
}

/** Judges every Mcrouter of some texts. */
export function accept(sources: readonly Source[], options: AcceptOptions): Acceptance {
  const { versions = versionsWith(options.images ?? DEFAULT_IMAGES) } = options
  const verdicts: Judged[] = []
  for (const { name, text } of sources) {
    const read = readObjects(text, options.limits)
    if ('fault' in read) return { kind: 'unreadable', source: name, fault: read.fault }
    verdicts.push(...read.objects.map((object) => verdictOn(name, object, options, versions)))
  }
  const accepted = verdicts.filter((verdict) => 'mcrouter' in verdict)
  const others = verdicts.filter((verdict) => 'value' in verdict)
  const refusals = [...verdicts.filter((verdict) => 'violations' in verdict), ...duplicatesIn(accepted)]
  if (refusals.length > 0) return { kind: 'refused', refusals }
  // What was passed over without a complaint is something to go on with.
  const isEmpty = accepted.length === 0 && others.length === 0
  const fault = isEmpty ? 'There is no Mcrouter in it. Give at least one.' : tooMany(accepted, options.limits)
  if (fault !== undefined) {
    const source = sources.map(({ name }) => name).join(', ')
    return { kind: 'unreadable', source, fault: { message: fault } }
  }
  return { kind: 'accepted', accepted, others }
}

type Judged = Accepted | Refusal | Other

function verdictOn(
  source: string,
  { document, value }: TextObject,
  { namespace, others, inherit = INHERITS_NOTHING }: AcceptOptions,
  versions: Versions,
): Judged {
  const subject = `document ${document}`
  if (!isJsonObject(value)) return { source, subject, violations: [notAMcrouter(undefined)] }
  const { kind } = value
  if (kind !== KIND) {
    return others === 'refuse' || isMeant(value)
      ? { source, subject, violations: [notAMcrouter(kind)] }
      : { source, subject: otherName(value) ?? subject, value }
  }
  const object = inNamespace(value, namespace)
  const judgement = judge(object, { source: 'file', inherit, versions })
  return judgement.accepted
    ? { source, ...judgement }
    : { source, subject: qualifiedName(object) ?? subject, violations: judgement.violations }
}

/** Whether it is a Mcrouter that somebody misspelt. */
function isMeant({ apiVersion, kind }: JsonObject): boolean {
  if (typeof kind !== 'string') return true
  if (typeof apiVersion === 'string' && apiVersion.startsWith(`${GROUP}/`)) return true
  return kind.toLowerCase() === KIND.toLowerCase()
}

function notAMcrouter(kind: unknown): Violation {
  const found = kind === undefined ? 'no kind' : quote(kind)
  const near = typeof kind === 'string' && nearest(kind, [KIND]) !== undefined
  const advice = near
    ? `; did you mean ${KIND}?`
    : `: only objects of kind ${KIND} are taken, leave out the others`
  return { path: 'kind', reason: 'FieldValueNotSupported', message: `Unsupported value: ${found}${advice}` }
}

function otherName({ kind, metadata }: JsonObject): string | undefined {
  const name = isJsonObject(metadata) ? (metadata.name ?? metadata.generateName) : undefined
  return typeof kind === 'string' && typeof name === 'string' ? `${shown(kind)} ${shown(name)}` : undefined
}

/** As it is where it is an ordinary name. */
function shown(name: string): string {
  return /^[\w.:/-]{1,253}$/.test(name) ? name : quote(name)
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (!isJsonObject(object.metadata) || (object.metadata.namespace ?? '') !== '') return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function qualifiedName({ metadata }: JsonObject): string | undefined {
  if (!isJsonObject(metadata) || typeof metadata.name !== 'string' || typeof metadata.namespace !== 'string')
    return
  return `${KIND} ${metadata.namespace}/${metadata.name}`
}

/** Applied one after the other, the last would silently win. */
function duplicatesIn(accepted: readonly Accepted[]): Refusal[] {
  const seen = new Set<string>()
  return accepted.flatMap(({ source, mcrouter }) => {
    const subject = `${KIND} ${mcrouter.namespace}/${mcrouter.name}`
    if (!seen.has(subject)) {
      seen.add(subject)
      return []
    }
    const message = 'Duplicate value: another Mcrouter before it has the same name and namespace'
    return [
      { source, subject, violations: [{ path: 'metadata.name', reason: 'FieldValueDuplicate', message }] },
    ]
  })
}

function tooMany(accepted: readonly Accepted[], { servers: most, advice }: Limits): string | undefined {
  const servers = accepted
    .flatMap(({ mcrouter }) => mcrouter.pools)
    .reduce((sum, pool) => sum + serversIn(pool), 0)
  if (servers <= most) return undefined
  return `The Mcrouters have ${servers} servers together; at most ${most} are taken at once. ${advice}`
}
