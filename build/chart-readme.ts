import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { writeOrCheck } from './generated.ts'

// Writes charts/mcrouter-operator/README.md from values.yaml and values.schema.json: `node build/chart-readme.ts`. With
// --check it writes nothing and ends with 1 when the file differs.

const CHART = new URL('../charts/mcrouter-operator/', import.meta.url)

interface Value {
  /** Such as `server.port`. */
  readonly path: string
  /** In one line of YAML. */
  readonly fallback: string
  readonly allowed: string
  readonly meaning: string
}

/** A part of the values with a heading of its own, or those at the top. */
interface Section {
  readonly title: string
  readonly meaning: string
  readonly values: readonly Value[]
}

/**
 * The text of the chart's README.
 * @throws for a value that values.yaml does not explain, or that the schema does not have
 */
export function chartReadme(valuesYaml: string, schema: JsonObject): string {
  const { contents } = parseDocument(valuesYaml)
  if (!isMap(contents)) throw new Error('values.yaml is no map')
  const explained = explainedIn(contents)
  const sections = explained.filter(({ node }) => isBlock(node))
  const top = explained.filter(({ node }) => !isBlock(node))
  return [
    HEAD,
    table(top.map((one) => entryOf(one, '', schema))),
    ...sections.map((one) => printed(sectionOf(one, schema))),
    '',
  ].join('\n\n')
}

const HEAD = `<!-- Generated from values.yaml and values.schema.json by build/chart-readme.ts: run "npm run generate". -->
# mcrouter-operator

Runs memcached behind mcrouter on Kubernetes: installs the Mcrouter API, its admission and render server and its reconciler.

\`\`\`
helm install mcrouter-operator charts/mcrouter-operator --namespace mcrouter-system --create-namespace --wait
\`\`\`

What a Mcrouter is: [README](../../README.md). Running it: [operations.md](../../docs/operations.md).

Helm refuses misspelt values and those that cannot work, before it changes anything. Uninstalling leaves the API, the Mcrouters
and their caches in place.

## Values`

interface Explained {
  readonly name: string
  readonly node: Node | null
  readonly meaning: string
}

/** The members of a map with the comments above them; of the first, the map has it. */
function explainedIn(map: YAMLMap): Explained[] {
  return map.items.map((pair, index) => {
    const { key, value } = nodesOf(pair)
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? ''
    // Of several paragraphs the last is about the value.
    const meaning = comment.split(/\n\s*\n/).at(-1) ?? ''
    return { name: String(key), node: value, meaning: meaning.trim().replace(/\s*\n\s*/g, ' ') }
  })
}

function nodesOf({ key, value }: Pair): { key: Node; value: Node | null } {
  if (!isScalar(key) || !(value === null || isScalar(value) || isNode(value)))
    throw new Error('values.yaml has a key that is no word')
  return { key, value }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'toJSON' in value
}

/** Whether it is a group of values, and not a value that is a map: those are in one line. */
function isBlock(node: Node | null): node is YAMLMap {
  return isMap(node) && node.flow !== true
}

function sectionOf({ name, node, meaning }: Explained, schema: JsonObject): Section {
  if (!isBlock(node)) throw new Error(`${name} is no group`)
  const members = explainedIn(node)
  const [first] = members
  // A group of one or two has its words above the first.
  const about = first?.meaning === meaning ? '' : meaning
  return {
    title: name,
    meaning: about,
    values: members.flatMap((one) => valuesOf(one, name, member(schema, name))),
  }
}

function valuesOf(one: Explained, within: string, schema: JsonObject): Value[] {
  const { name, node } = one
  if (!isBlock(node)) return [entryOf(one, within, schema)]
  return explainedIn(node).flatMap((inner) =>
    valuesOf({ ...inner, meaning: inner.meaning || one.meaning }, `${within}.${name}`, member(schema, name)),
  )
}

function entryOf({ name, node, meaning }: Explained, within: string, schema: JsonObject): Value {
  const path = within === '' ? name : `${within}.${name}`
  if (meaning === '') throw new Error(`values.yaml does not say what ${path} is`)
  return { path, fallback: JSON.stringify(node), allowed: allowedIn(member(schema, name)), meaning }
}

function member(schema: JsonObject, name: string): JsonObject {
  const found = isJsonObject(schema.properties) ? schema.properties[name] : undefined
  if (!isJsonObject(found)) throw new Error(`values.schema.json does not have ${name}`)
  return found
}

function allowedIn({ type, enum: choices, minimum, maximum }: JsonObject): string {
  if (Array.isArray(choices)) return choices.map((choice) => `\`${JSON.stringify(choice)}\``).join(', ')
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`
  if (type === 'array') return 'list'
  return type === 'object' ? 'map' : String(type ?? '')
}

function printed({ title, meaning, values }: Section): string {
  return [`### ${title}`, ...(meaning === '' ? [] : [meaning]), table(values)].join('\n\n')
}

function table(values: readonly Value[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(['Value', 'Default', 'Allowed', 'Meaning']),
    line(['---', '---', '---', '---']),
    ...values.map(({ path, fallback, allowed, meaning }) =>
      line([`\`${path}\``, `\`${fallback}\``, allowed, meaning]),
    ),
  ].join('\n')
}

if (import.meta.main) {
  const read = (name: string) => readFileSync(new URL(name, CHART), 'utf8')
  const schema: unknown = JSON.parse(read('values.schema.json'))
  if (!isJsonObject(schema)) throw new Error('values.schema.json is no object')
  writeOrCheck(fileURLToPath(new URL('README.md', CHART)), chartReadme(read('values.yaml'), schema))
}
