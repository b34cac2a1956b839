import type { Mcrouter } from '../schemas/mcrouter.ts'
import { loadTemplates } from './engine.ts'
import { parseManifest } from './manifest.ts'
import { modelOf } from './model.ts'
import type { Rendering, RenderSettings } from './rendering.ts'

/** The chart lies beside this directory, and beside the directory of a bundle that this file is part of. */
const TEMPLATES = loadTemplates(new URL('../charts/mcrouter/templates/', import.meta.url))

/**
 * Everything that a Mcrouter expands to: the one function behind /render, the command line and the reconciler.
 * The same Mcrouter and settings always give the same bytes.
 *
 * @throws {ManifestError} when a template is at fault
 */
export function render(mcrouter: Mcrouter, settings: RenderSettings): Rendering {
  const model = modelOf(mcrouter, settings)
  const manifests = TEMPLATES.map((template) =>
    parseManifest(template.name, template.render(model), mcrouter),
  )
  return { manifests, config: model.config.text, digest: model.config.digest }
}
