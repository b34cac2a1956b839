import { CORE_SCHEMA, load, YAMLException } from 'js-yaml'
import { isJsonObject } from '../schemas/json.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import type { Kinds } from './kinds.ts'
import { type ParsedTemplate, parsedTemplate } from './parsed-template.ts'
import type { Manifest, ManifestMetadata } from './rendering.ts'
import type { TemplateOutput } from './template-output.ts'

/** A template made something that must not be applied: a fault of the chart, never of the Mcrouter. */
export class ManifestError extends Error {
  readonly code = 'MCR_ERR_MANIFEST'

  constructor(template: string, fault: string) {
    super(`charts/mcrouter: ${template}: ${fault}`)
    this.name = 'ManifestError'
  }
}

/**
 * Parses what a template made and lets through only what belongs to the Mcrouter. Undefined when it printed nothing, or only
 * comments: an object that this Mcrouter does without.
 *
 * @throws {ManifestError} when it is no YAML, no object of an allowed kind, in another namespace or under a name
 *   that is not the Mcrouter's
 */
export function parseManifest(
  template: string,
  { text, values }: TemplateOutput,
  mcrouter: Mcrouter,
  kinds: Kinds,
): Manifest | undefined {
  const manifest = parsedOnce(template, text)(values)
  if (manifest === undefined) return undefined
  if (!isManifest(manifest)) throw new ManifestError(template, 'is not a Kubernetes object')
  const { apiVersion, kind, metadata } = manifest
  if (kinds.get(kind)?.apiVersion !== apiVersion)
    throw new ManifestError(template, `must not make a ${apiVersion} ${kind}`)
  if (metadata.namespace !== mcrouter.namespace) throw new ManifestError(template, 'is in another namespace')
  if (metadata.name !== mcrouter.name && !metadata.name.startsWith(`${mcrouter.name}-`)) {
    throw new ManifestError(template, `has a name that is not the Mcrouter's: ${metadata.name}`)
  }
  return manifest
}

/**
 * By their text: parsing takes ten times as long as filling in. A template has one text for each way through its branches, so
 * that some dozens are all there are; what a bound keeps out is parsed each time.
 */
const PARSED = new Map<string, ParsedTemplate>()
const MOST_PARSED = 256

function parsedOnce(template: string, yaml: string): ParsedTemplate {
  const known = PARSED.get(yaml)
  if (known !== undefined) return known
  const parsed = parse(template, yaml)
  if (PARSED.size < MOST_PARSED) PARSED.set(yaml, parsed)
  return parsed
}

/** @throws {ManifestError} also for anchors, aliases and unknown tags: no template needs them, and an alias makes more than is written */
function parse(template: string, yaml: string): ParsedTemplate {
  if (isBlank(yaml)) return () => undefined
  try {
    return parsedTemplate(load(yaml, { schema: CORE_SCHEMA, filename: template, listener: refuseAnchor }))
  } catch (error) {
    throw new ManifestError(template, error instanceof Error ? error.message : String(error))
  }
}

function isBlank(yaml: string): boolean {
  return yaml.split('\n').every((line) => /^\s*(#|$)/.test(line))
}

function refuseAnchor(event: 'open' | 'close', state: object): void {
  if (event === 'close' && 'anchor' in state && state.anchor !== null) {
    throw new YAMLException('anchors are not allowed')
  }
}

function isManifest(value: unknown): value is Manifest {
  return (
    isJsonObject(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    isMetadata(value.metadata)
  )
}

function isMetadata(value: unknown): value is ManifestMetadata {
  return (
    isJsonObject(value) &&
    typeof value.name === 'string' &&
    typeof value.namespace === 'string' &&
    isJsonObject(value.labels) &&
    Object.values(value.labels).every((label) => typeof label === 'string')
  )
}
