import { render } from '../../render/index.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { at } from '../support/at.ts'

export const SETTINGS = { clusterDomain: 'cluster.local' }

export function manifestsOf(mcrouter: Mcrouter): readonly Manifest[] {
  return render(mcrouter, SETTINGS).manifests
}

export function objectOf(mcrouter: Mcrouter, kind: string, name: string): Manifest | undefined {
  return manifestsOf(mcrouter).find((one) => one.kind === kind && one.metadata.name === name)
}

export function specOf(mcrouter: Mcrouter, kind: string, name: string): unknown {
  return objectOf(mcrouter, kind, name)?.spec
}

/** Of the routers and of the servers. */
export function podSpecs(mcrouter: Mcrouter): unknown[] {
  return manifestsOf(mcrouter).flatMap((one) => at(one, 'spec', 'template', 'spec') ?? [])
}
