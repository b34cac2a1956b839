import { mebibytesIn } from '../formats/size-words.ts'
import type { Schema } from '../schema.ts'

/** What to write instead, where a slip that YAML invites or a unit too many shows what was meant; else empty. */
export function adviceOn(value: unknown, schema: Schema): string {
  if (schema.type === 'integer' && typeof value === 'string') return numberIn(value, schema)
  const isText = schema.type === 'string' || schema.type?.includes('string')
  if (!isText) return ''
  if (typeof value === 'boolean') return wordBehind(value, schema)
  if (typeof value === 'number' && couldBe(`${value}`, schema)) return `; write "${value}" in quotes`
  return ''
}

function numberIn(text: string, { 'x-unit': unit, maximum = Number.POSITIVE_INFINITY }: Schema): string {
  if (/^\d{1,9}$/.test(text)) return `; write ${text} without quotes`
  const mebibytes = unit === 'MiB' ? mebibytesIn(text) : undefined
  if (mebibytes === undefined || mebibytes > maximum) return ''
  return `; it is a number of MiB: write ${mebibytes}`
}

/** For a text that YAML 1.1 took for a boolean; which of its words was written is lost. */
function wordBehind(value: boolean, schema: Schema): string {
  const words = value ? 'yes and on as true' : 'no and off as false'
  const quotes = schema.enum === undefined ? 'write the word in quotes: ' : ''
  return `; ${quotes}without quotes YAML reads ${words}`
}

/** Whether the schema takes this text, as far as its values and characters say. */
function couldBe(text: string, { enum: values, pattern }: Schema): boolean {
  if (values !== undefined) return values.includes(text)
  return pattern === undefined || new RegExp(pattern).test(text)
}
