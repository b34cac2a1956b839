import type { Test } from 'tap'
import { at } from './at.ts'

/** Each node of the schema of a CRD is described, and each text, list and map in it has a size. */
export function checkNodes(t: Test, schema: unknown): void {
  for (const [path, node] of nodes(schema, '')) {
    if (path === '.metadata') continue
    const described =
      path.endsWith('{}') || at(node, 'description') !== undefined || /servers\[\]$/.test(path)
    t.ok(described, `${path} is described`)
    const type = at(node, 'type')
    const isText = type === 'string' || at(node, 'x-kubernetes-int-or-string') === true
    const isBoundedText = at(node, 'maxLength') !== undefined || at(node, 'enum') !== undefined
    if (isText && path.startsWith('.s')) t.ok(isBoundedText, `${path} is bounded`)
    if (type === 'array') t.ok(at(node, 'maxItems') !== undefined, `${path} is bounded`)
    if (at(node, 'additionalProperties') !== undefined)
      t.ok(at(node, 'maxProperties') !== undefined, `${path} is bounded`)
  }
}

/** Every node of a structural schema with its path. */
function nodes(node: unknown, path: string): [string, unknown][] {
  const properties = Object.entries(at(node, 'properties') ?? {})
  const items = at(node, 'items')
  const values = at(node, 'additionalProperties')
  return [
    [path, node],
    ...properties.flatMap(([key, inner]) => nodes(inner, `${path}.${key}`)),
    ...(items === undefined ? [] : nodes(items, `${path}[]`)),
    ...(values === undefined ? [] : nodes(values, `${path}{}`)),
  ]
}
