import { SERVICE } from '../../render/kinds.ts'
import type { ApiError } from '../kube/connection/errors.ts'
import { record } from '../observe/untyped.ts'
import type { OwnedManifest } from '../plan/plan.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'

/** What Kubernetes 1.31 to 1.33 know in place of PreferSameNode and PreferSameZone. https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution */
const OLDER = 'PreferClose'

/** A word that this API server does not know. */
interface Refusal {
  /** What clients lose by it; undefined where the next word means the same. */
  readonly lost?: ReconcilerEvent
}

/** Which routers the Service of a Mcrouter prefers, as far as the API server knows a word for it: an older one refuses a newer word. */
export class TrafficDistribution {
  #refused: 'none' | 'newer' | 'all' = 'none'

  /** The manifest in words that were not refused. */
  inWords(manifest: OwnedManifest): OwnedManifest {
    const { trafficDistribution, ...spec } = record(manifest.spec)
    if (manifest.kind !== SERVICE.kind || trafficDistribution === undefined || this.#refused === 'none')
      return manifest
    return {
      ...manifest,
      spec: { ...spec, ...(this.#refused === 'newer' && { trafficDistribution: OLDER }) },
    }
  }

  /** Whether the write failed for that word; then there is another to try. */
  refusal({ kind, spec }: OwnedManifest, { invalid, causes }: ApiError): Refusal | undefined {
    const { trafficDistribution: word } = record(spec)
    if (kind !== SERVICE.kind || word === undefined || !invalid) return undefined
    if (!causes.some(({ field }) => field === 'spec.trafficDistribution')) return undefined
    this.#refused = word === OLDER ? 'all' : 'newer'
    return lossOf(word)
  }
}

function lossOf(word: unknown): Refusal {
  const unknown = `This Kubernetes does not know trafficDistribution ${word}:`
  if (word === OLDER) {
    const note = `${unknown} clients are sent to any router, not to those of their zone first. From 1.31 on it does`
    return { lost: { type: 'Warning', reason: 'ZoneNotPreferred', note } }
  }
  // The older word for it means the same.
  if (word === 'PreferSameZone') return {}
  const note = `${unknown} clients are sent to routers of their zone first, not to that of their node. From 1.34 on it does`
  return { lost: { type: 'Warning', reason: 'NodeNotPreferred', note } }
}
