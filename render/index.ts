import { isExternal } from '../schemas/layout.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { loadTemplates, type Template } from './engine.ts'
import { KINDS, type Kinds, kindOfTemplate } from './kinds.ts'
import { parseManifest } from './manifest.ts'
import { modelOf, poolModelOf } from './model.ts'
import type { Rendering, RenderSettings } from './rendering.ts'
import { copyModels, zoneModels } from './zone-models.ts'

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

/**
 * One object of one of the kinds for each template that prints anything; of a kind of which each zone has one, one for each zone.
 */
export function renderWith(templates: readonly Template[], kinds: Kinds): Render {
  const all = templates.map((template) => ({
    ...template,
    isOfZone: kindOfTemplate(template.name, kinds)?.ofZone === true,
  }))
  const ofMcrouter = all.filter(({ name }) => !isOfPool(name))
  const ofPool = all.filter(({ name }) => isOfPool(name))
  return (mcrouter, settings) => {
    const model = modelOf(mcrouter, settings)
    const outputs = [
      ...ofMcrouter.flatMap(({ name, isOfZone, render }) =>
        (isOfZone ? zoneModels(mcrouter, model) : [model]).map((one) => ({ name, output: render(one) })),
      ),
      ...mcrouter.pools
        .filter((pool) => !isExternal(pool))
        .flatMap((pool) => {
          const poolModel = poolModelOf(mcrouter, pool, model, settings)
          const copies = copyModels(mcrouter, pool, poolModel, settings)
          return ofPool.flatMap(({ name, isOfZone, render }) =>
            (isOfZone ? copies : [poolModel]).map((one) => ({ name, output: render(one) })),
          )
        }),
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
