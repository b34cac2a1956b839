import { isJsonObject } from '../schemas/json.ts'
import { numberOf } from './template-output.ts'

/** A parsed draft, ready to be filled with the values of any draft of the same text. */
export type ParsedTemplate = (values: readonly unknown[]) => unknown

/** @throws when a mark in it is not a whole scalar */
export function skeletonOf(node: unknown): ParsedTemplate {
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
  const items = node.map(skeletonOf)
  return (values) => items.map((item) => item(values))
}

/** Made of entries: assigned, a key such as __proto__ would not become one. */
function map(node: Readonly<Record<string, unknown>>): ParsedTemplate {
  const members = Object.entries(node).map(([key, value]) => [text(key), skeletonOf(value)] as const)
  return (values) => Object.fromEntries(members.map(([key, value]) => [key(values), value(values)]))
}
