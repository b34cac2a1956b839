import type { Schema } from '../schema.ts'
import { rangeInWords } from './range.ts'

/**
 * An object's schema whose fields say their default, and what is allowed, in their description: kubectl explain shows
 * neither (k8s.io/kubectl pkg/explain/v2/templates/plaintext.tmpl prints the description and the values of an enum).
 */
export function spelledOut(schema: Schema): Schema {
  const { properties, items } = schema
  return {
    ...schema,
    ...(items !== undefined && { items: spelledOut(items) }),
    ...(properties !== undefined && { properties: fieldsOf(properties) }),
  }
}

function fieldsOf(properties: Readonly<Record<string, Schema>>) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, complete(spelledOut(field))]),
  )
}

function complete(field: Schema): Schema {
  const allowed = field.enum === undefined ? rangeInWords(field) : ''
  const told = [
    ...(field.default === undefined ? [] : [`default: ${JSON.stringify(field.default)}`]),
    ...(allowed === '' ? [] : [`allowed: ${allowed}`]),
  ].join(', ')
  if (told === '') return field
  return { ...field, description: `${field.description} ${told.charAt(0).toUpperCase()}${told.slice(1)}.` }
}
