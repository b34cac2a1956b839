import { Document } from 'yaml'
import { KIND } from '../schemas/v1alpha3.ts'
import type { Other, Rendered } from './expansion.ts'

export type Output = 'yaml' | 'json'
/** Everything, or mcrouter's configuration alone. */
export type Show = 'manifests' | 'config'

/** What Mcrouters expand to, as a text for a person or for kubectl; ends with a line break. */
export function print(rendered: readonly Rendered[], output: Output, show: Show): string {
  if (output === 'json') return printJson(rendered, show)
  return show === 'config' ? printConfigs(rendered) : printManifests(rendered)
}

function printJson(rendered: readonly Rendered[], show: Show): string {
  const answers = rendered.map(({ mcrouter, warnings, rendering }) => {
    const { name, namespace } = mcrouter
    const { manifests, config, digest } = rendering
    return { name, namespace, warnings, ...(show === 'manifests' ? { manifests } : {}), config, digest }
  })
  return `${JSON.stringify(answers, null, 2)}\n`
}

/** The exact bytes of one config.json, or several, each under a comment as mcrouter knows them. */
function printConfigs(rendered: readonly Rendered[]): string {
  const [only, ...others] = rendered
  if (only !== undefined && others.length === 0) return only.rendering.config
  return rendered.map((one) => `// ${titleOf(one)}\n${one.rendering.config}`).join('\n')
}

function printManifests(rendered: readonly Rendered[]): string {
  return rendered
    .flatMap((one) =>
      one.rendering.manifests.map((manifest, index) =>
        printObject(manifest, index === 0 ? heading(one) : titleOf(one)),
      ),
    )
    .join('---\n')
}

/** Objects of other kinds as they came; a separator behind each, since manifests follow. */
export function printOthers(others: readonly Other[]): string {
  return others.map(({ source, value }) => `${printObject(value, `From ${source}`)}---\n`).join('')
}

function heading(one: Rendered): string {
  return [titleOf(one), ...one.warnings.map((warning) => `Warning: ${warning}`)].join('\n')
}

function titleOf({ mcrouter }: Rendered): string {
  return `${KIND} ${mcrouter.namespace}/${mcrouter.name}`
}

/** Strings that only older readers of YAML (kubectl is one) take for something else are quoted as well. */
function printObject(object: unknown, comment: string): string {
  const document = new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
  const yaml = document.toString({ lineWidth: 0, blockQuote: 'literal', indentSeq: false })
  return `${comment.replaceAll(/^/gm, '# ')}\n${yaml}`
}
