import type { Schema } from '../schema.ts'
import { rangeInWords } from './range.ts'

/**
 * An object's schema whose fields say their default, and what is allowed, in their description: kubectl explain shows
 * neither (k8s.io/kubectl pkg/explain/v2/templates/plaintext.tmpl prints the description and the values of an enum).
 */
export function spelledOut(schema: Schema): Schema {
  const fields = Object.entries(schema.properties ?? {})
  return { ...schema, properties: Object.fromEntries(fields.map(([name, field]) => [name, complete(field)])) }
}

function complete(field: Schema): Schema {
  if (field.default === undefined) return field
  const allowed = field.enum === undefined ? `, allowed: ${rangeInWords(field)}` : ''
  return {
    ...field,
    description: `${field.description} Default: ${JSON.stringify(field.default)}${allowed}.`,
  }
}
