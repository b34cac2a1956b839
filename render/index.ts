import type { Mcrouter } from '../schemas/mcrouter.ts'
import { loadTemplates } from './engine.ts'
import { parseManifest } from './manifest.ts'
import { modelOf, poolModels } from './model.ts'
import type { Rendering, RenderSettings } from './rendering.ts'

/** The chart lies beside this directory, and beside the directory of a bundle that this file is part of. */
const TEMPLATES = loadTemplates(new URL('../charts/mcrouter/templates/', import.meta.url))
const OF_POOL = TEMPLATES.filter(({ name }) => name.startsWith('memcached-'))
const OF_MCROUTER = TEMPLATES.filter((template) => !OF_POOL.includes(template))

/**
 * Everything that a Mcrouter expands to: the one function behind /render, the command line and the reconciler.
 * The same Mcrouter and settings always give the same bytes.
 *
 * @throws {ManifestError} when a template is at fault
 */
export function render(mcrouter: Mcrouter, settings: RenderSettings): Rendering {
  const model = modelOf(mcrouter, settings)
  const drafts = [
    ...OF_MCROUTER.map(({ name, render }) => ({ name, draft: render(model) })),
    ...poolModels(mcrouter, model, settings).flatMap((ofPool) =>
      OF_POOL.map(({ name, render }) => ({ name, draft: render(ofPool) })),
    ),
  ]
  const manifests = drafts.map(({ name, draft }) => parseManifest(name, draft, mcrouter))
  return { manifests, config: model.config.text, digest: model.config.digest }
}
