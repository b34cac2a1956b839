import type { Mcrouter } from '../schemas/mcrouter.ts'
import { loadTemplates, type Template } from './engine.ts'
import { KINDS, type Kinds } from './kinds.ts'
import { parseManifest } from './manifest.ts'
import { modelOf, poolModels } from './model.ts'
import type { Rendering, RenderSettings } from './rendering.ts'

/** The chart lies beside this directory, and beside the directory of a bundle that this file is part of. */
const TEMPLATES = loadTemplates(new URL('../charts/mcrouter/templates/', import.meta.url))

export type Render = (mcrouter: Mcrouter, settings: RenderSettings) => Rendering

/**
 * Everything that a Mcrouter expands to: the one function behind /render, the command line and the reconciler.
 * The same Mcrouter and settings always give the same bytes.
 *
 * @throws {ManifestError} when a template is at fault
 */
export const render: Render = renderWith(TEMPLATES, KINDS)

/** One object of one of the kinds for each template that prints anything. */
export function renderWith(templates: readonly Template[], kinds: Kinds): Render {
  const ofMcrouter = templates.filter(({ name }) => !isOfPool(name))
  const ofPool = templates.filter(({ name }) => isOfPool(name))
  return (mcrouter, settings) => {
    const model = modelOf(mcrouter, settings)
    const outputs = [
      ...ofMcrouter.map(({ name, render }) => ({ name, output: render(model) })),
      ...poolModels(mcrouter, model, settings).flatMap((poolModel) =>
        ofPool.map(({ name, render }) => ({ name, output: render(poolModel) })),
      ),
    ]
    const manifests = outputs.flatMap(
      ({ name, output }) => parseManifest(name, output, mcrouter, kinds) ?? [],
    )
    return { manifests, config: model.config.text, digest: model.config.digest }
  }
}

/** Rendered once for each pool. */
function isOfPool(template: string): boolean {
  return template.startsWith('memcached-')
}
