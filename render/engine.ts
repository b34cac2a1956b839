import { readdirSync, readFileSync } from 'node:fs'
import { Eta } from 'eta/core'

/** A template, ready to run. */
export interface Template {
  /** File name without `.eta`, such as memcached-service.yaml. */
  readonly name: string
  /** @throws when the template uses a value that the model does not have */
  readonly render: (model: object) => string
}

/**
 * Compiles every template of a directory, in the order of their names. Files whose name starts with `_` are parts,
 * for `include('@_name')`.
 *
 * @throws when a template cannot be read or is not valid
 */
export function loadTemplates(directory: URL): Template[] {
  const eta = new Eta({ autoTrim: false, autoEscape: true, escapeFunction: scalar, functionHeader: HEADER })
  const files = readdirSync(directory).filter((file) => file.endsWith('.eta'))
  for (const file of files) {
    eta.loadTemplate(`@${nameOf(file)}`, readFileSync(new URL(file, directory), 'utf8'))
  }
  return files
    .filter((file) => !file.startsWith('_'))
    .sort()
    .map(nameOf)
    .map((name) => ({ name, render: (model) => eta.render(`@${name}`, { model }) }))
}

/** Templates say `model.x`; the model is one key of Eta's data, whose other keys Eta may give a meaning. */
const HEADER = 'const model = it.model;'

function nameOf(file: string): string {
  return file.slice(0, -'.eta'.length)
}

/**
 * Any value as one YAML scalar or flow collection, whatever characters are in it. JSON is YAML but for a few
 * characters that YAML takes for line breaks or refuses; as escapes they are the same to both.
 */
function scalar(value: unknown): string {
  const json = JSON.stringify(value)
  if (json === undefined) throw new Error('A template uses a value that the model does not have.')
  return json.replaceAll(
    NOT_PRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const NOT_PRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g
