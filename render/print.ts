import { KIND } from '../schemas/well-known.ts'
import type { Other, Rendered } from './expansion.ts'
import { yamlOf } from './yaml.ts'

/** In which notation. */
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
        under(index === 0 ? heading(one) : titleOf(one), manifest),
      ),
    )
    .join('---\n')
}

/** Objects of other kinds as they came; a separator behind each, since manifests may follow. */
export function printOthers(others: readonly Other[]): string {
  return others.map(({ source, value }) => `${under(`From ${source}`, value)}---\n`).join('')
}

function heading(one: Rendered): string {
  return [titleOf(one), ...one.warnings.map((warning) => `Warning: ${warning}`)].join('\n')
}

function titleOf({ mcrouter }: Rendered): string {
  return `${KIND} ${mcrouter.namespace}/${mcrouter.name}`
}

function under(comment: string, object: object): string {
  return `${comment.replaceAll(/^/gm, '# ')}\n${yamlOf(object)}`
}
