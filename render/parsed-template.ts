import { isJsonObject } from '../schemas/json.ts'
import { numberOf } from './template-output.ts'

/** The parsed text of a template's output, to be filled with the values of any output of that text. */
export type ParsedTemplate = (values: readonly unknown[]) => unknown

/**
 * @param node of the parsed YAML
 * @throws when a mark in it is not a whole scalar
 */
export function parsedTemplate(node: unknown): ParsedTemplate {
  if (typeof node === 'string') return text(node)
  if (Array.isArray(node)) return list(node)
  if (isJsonObject(node)) return map(node)
  return () => node
}

function text(node: string): (values: readonly unknown[]) => unknown {
  const number = numberOf(node)
  return number === undefined ? () => node : (values) => values[number]
}

function list(node: readonly unknown[]): ParsedTemplate {
  const items = node.map(parsedTemplate)
  return (values) => items.map((item) => item(values))
}

/** Made of entries: assigned, a key such as __proto__ would not become one. */
function map(node: Readonly<Record<string, unknown>>): ParsedTemplate {
  const members = Object.entries(node).map(([key, value]) => [text(key), parsedTemplate(value)] as const)
  return (values) => Object.fromEntries(members.map(([key, value]) => [key(values), value(values)]))
}
