import type { Schema } from '../schema.ts'

/** A node of the OpenAPI schema of a CRD: what apiextensions.k8s.io/v1 calls JSONSchemaProps. */
export type Structural = { [keyword: string]: unknown }

/** A rule in CEL, at the node of the schema that it is about. */
export interface CelRule {
  /** Path of the node from the object's root: `` for the object, `spec.tolerations[]` for each toleration. */
  readonly at: string
  readonly rule: string
  readonly message: string
  /** The field below the node that the message is about, where it is not the node itself: .limits.memory */
  readonly fieldPath?: string
  /** Makes `oldSelf`, where the rule has it, an optional that is there on an update: else such a rule holds for updates alone. */
  readonly optionalOldSelf?: true
}

/** Keywords that mean the same in a structural schema. The rest of what a schema says is for other validators. */
const COPIED = [
  'description',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const

/**
 * Translates a JSON Schema into a structural schema, which CRDs must have: a type at every node, nothing but
 * properties or additionalProperties, no type unions but int-or-string, no formats that Kubernetes does not know
 * (apiextensions-apiserver pkg/apiserver/schema/structural.go, pkg/apis/apiextensions/validation/validation.go).
 */
export function structural(schema: Schema, rules: readonly CelRule[], path = ''): Structural {
  const node: Structural = typeOf(schema)
  for (const keyword of COPIED) {
    if (schema[keyword] !== undefined) node[keyword] = schema[keyword]
  }
  if (schema.format === 'date-time') node.format = schema.format
  const { items, properties, additionalProperties } = schema
  if (items !== undefined) node.items = structural(items, rules, `${path}[]`)
  if (additionalProperties !== undefined) {
    node.additionalProperties = structural(additionalProperties, rules, `${path}{}`)
  }
  if (properties !== undefined) {
    const entries = Object.entries(properties)
    node.properties = Object.fromEntries(
      entries.map(([key, inner]) => [key, structural(inner, rules, path === '' ? key : `${path}.${key}`)]),
    )
  }
  const here = rules.filter(({ at }) => at === path)
  if (here.length > 0) {
    node['x-kubernetes-validations'] = here.map(({ at: _, ...rule }) => rule)
  }
  return node
}

function typeOf({ type }: Schema): Structural {
  if (type === undefined) throw new Error('a structural schema has a type at every node')
  if (typeof type === 'string') return { type }
  if (type.length === 2 && type.includes('integer') && type.includes('string')) {
    return { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
  }
  throw new Error(`no structural schema can say ${type.join(' or ')}`)
}
