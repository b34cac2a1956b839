import type { ErrorObject } from 'ajv'
import { nearest } from '../../text/nearest.ts'
import { quote } from '../../text/quote.ts'
import { FORMATS } from '../formats/formats.ts'
import type { Schema } from '../schema.ts'
import { adviceOn } from './advice.ts'
import type { Violation } from './violation.ts'

/** An error of ajv in the words that Kubernetes uses for its own fields (apimachinery pkg/util/validation/field). */
export function violationOf(error: ErrorObject, path: string): Violation {
  const { keyword, data, parentSchema: parent } = error
  const schema: Schema = parent === undefined || parent.$async ? {} : parent
  if (keyword === 'required') return required(path, schema, error.params)
  if (error.propertyName !== undefined)
    return invalid(path, error.propertyName, 'must be a label key such as kubernetes.io/arch')
  if (keyword === 'enum') return unsupported(path, data, schema)
  return invalid(path, data, `must be ${allowed(schema)}${complaint(data, schema)}${adviceOn(data, schema)}`)
}

function required(
  path: string,
  { properties = {} }: Schema,
  { missingProperty }: ErrorObject['params'],
): Violation {
  const member = typeof missingProperty === 'string' ? properties[missingProperty] : undefined
  const must = member === undefined ? '' : `: must be ${allowed(member)}`
  return { path, reason: 'FieldValueRequired', message: `Required value${must}` }
}

function invalid(path: string, value: unknown, must: string): Violation {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${quote(value)}: ${must}` }
}

function unsupported(path: string, value: unknown, schema: Schema): Violation {
  const values = (schema.enum ?? []).map(String)
  const listed = values.map(quote).join(', ')
  const message = `Unsupported value: ${quote(value)}: supported values: ${listed}${meant(value, values)}`
  return { path, reason: 'FieldValueNotSupported', message }
}

function meant(value: unknown, values: readonly string[]): string {
  const near =
    typeof value === 'string' || typeof value === 'number' ? nearest(`${value}`, values) : undefined
  return near === undefined ? '' : `; did you mean ${quote(near)}?`
}

function allowed(schema: Schema): string {
  const { minimum, maximum } = schema
  const words = schema['x-allowed']
  if (words !== undefined) return isWholeNumber(schema) ? `a whole number ${words}` : words
  if (schema.enum !== undefined) return `one of ${schema.enum.map(quote).join(', ')}`
  if (isWholeNumber(schema)) return `a whole number from ${minimum} to ${maximum}`
  return NAMES[`${schema.type}`] ?? 'of another type'
}

function isWholeNumber(schema: Schema): boolean {
  return schema.type === 'integer'
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'an object (key: value)',
  array: 'a list',
  string: 'text',
}

function complaint(data: unknown, { format }: Schema): string {
  if (typeof data !== 'string' || format === undefined) return ''
  const words = FORMATS.get(format)?.(data)
  return words ? `; ${words}` : ''
}
