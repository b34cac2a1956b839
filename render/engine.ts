import { readdirSync, readFileSync } from 'node:fs'
import { Eta } from 'eta/core'
import { markOf, type TemplateOutput } from './template-output.ts'

/** A template, ready to run. */
export interface Template {
  /** File name without `.eta`, such as memcached-service.yaml. */
  readonly name: string
  /** @throws when the template uses a value that the model does not have */
  readonly render: (model: object) => TemplateOutput
}

/**
 * Compiles every template of a directory, in the order of their names. Files whose name starts with `_` are parts,
 * for `include('@_name')`.
 *
 * @throws when a template cannot be read or is not valid
 */
export function loadTemplates(directory: URL): Template[] {
  let values: unknown[] = []
  const escapeFunction = (value: unknown) => {
    if (value === undefined) throw new Error('A template uses a value that the model does not have.')
    return markOf(values.push(value) - 1)
  }
  const eta = new Eta({ autoTrim: false, autoEscape: true, escapeFunction, functionHeader: HEADER })
  const output = (name: string, model: object): TemplateOutput => {
    values = []
    return { text: eta.render(`@${name}`, { model }), values }
  }
  const files = readdirSync(directory).filter((file) => file.endsWith('.eta'))
  for (const file of files) {
    eta.loadTemplate(`@${templateName(file)}`, readFileSync(new URL(file, directory), 'utf8'))
  }
  return files
    .filter((file) => !file.startsWith('_'))
    .sort()
    .map(templateName)
    .map((name) => ({ name, render: (model) => output(name, model) }))
}

/** Templates say `model.x`; the model is one key of Eta's data, whose other keys Eta may give a meaning. */
const HEADER = 'const model = it.model;'

function templateName(file: string): string {
  return file.slice(0, -'.eta'.length)
}
