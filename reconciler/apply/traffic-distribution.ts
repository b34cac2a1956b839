import { SERVICE } from '../../render/kinds.ts'
import type { ApiError } from '../kube/connection/errors.ts'
import { record } from '../observe/untyped.ts'
import type { OwnedManifest } from '../plan/plan.ts'

/** From the newest: Kubernetes 1.34, 1.31, and any. https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution */
const KNOWN = ['PreferSameNode', 'PreferClose', undefined] as const

/** Which routers the Service of a Mcrouter prefers, as far as the API server knows a word for it: an older one refuses a newer word. */
export class TrafficDistribution {
  #refused = 0

  /** The manifest in words that were not refused. */
  inWords(manifest: OwnedManifest): OwnedManifest {
    const { trafficDistribution, ...spec } = record(manifest.spec)
    if (manifest.kind !== SERVICE.kind || trafficDistribution === undefined || this.#refused === 0)
      return manifest
    const word = KNOWN[this.#refused]
    return { ...manifest, spec: { ...spec, ...(word !== undefined && { trafficDistribution: word }) } }
  }

  /** Whether the write failed for that word; then there is another to try. What that means for clients, as a sentence. */
  refusal({ kind, spec }: OwnedManifest, { invalid, causes }: ApiError): string | undefined {
    const { trafficDistribution: word } = record(spec)
    if (kind !== SERVICE.kind || word === undefined || !invalid) return undefined
    if (!causes.some(({ field }) => field === 'spec.trafficDistribution')) return undefined
    this.#refused = KNOWN.findIndex((known) => known !== undefined && known === word) + 1
    const next = KNOWN[this.#refused]
    const instead =
      next === undefined
        ? 'clients are sent to any router'
        : 'clients are sent to routers of their zone first'
    const [since, wanted] =
      word === 'PreferSameNode' ? ['1.34', 'to that of their node'] : ['1.31', 'to those of their zone first']
    return `This Kubernetes does not know trafficDistribution ${word}: ${instead}, not ${wanted}. From ${since} on it does`
  }
}
