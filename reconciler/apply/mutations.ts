import { createHash } from 'node:crypto'
import type { JsonObject } from '../../schemas/json.ts'
import type { KubeObject } from '../kube/api.ts'
import { FIELD_MANAGER } from '../kube/objects.ts'
import { othersIn, ownedFields } from '../observe/owned.ts'
import { differences, pathsIn } from '../plan/difference.ts'
import { applicable, identity, type OwnedManifest } from '../plan/plan.ts'

/** What admission (webhooks and policies of others) made of a manifest on its way into the store. */
export interface Mutation {
  /** Where it is not as it was applied. */
  readonly paths: readonly string[]
  /** Field managers that own something there now; empty where managedFields name none, as is usual. */
  readonly by: readonly string[]
  /** Whether it is not known already. */
  readonly isNew: boolean
}

interface Outcome {
  /** Hash of what was applied. */
  readonly applied: string
  /** What of it we owned then, with the values that were stored. */
  readonly owned: JsonObject
  readonly paths: readonly string[]
}

/**
 * What the API server made of what was applied, where that is something else. What the answer to an apply does not have was
 * changed by admission and by nobody else: to apply it again would end the same. So it is accepted, and what differs from
 * it later is somebody's doing. A process that starts learns it anew, from an apply that changes nothing.
 */
export class Mutations {
  readonly #outcomes = new Map<string, Outcome>()

  /** What we own once the manifest is applied. */
  readonly expected = (manifest: OwnedManifest): JsonObject => {
    const applied = applicable(manifest)
    const outcome = this.#outcomes.get(identity(manifest))
    return outcome !== undefined && outcome.applied === hash(applied) ? outcome.owned : applied
  }

  /** Notes what an apply ended in; undefined when that is what was applied. @param object as the API server answered */
  learn(manifest: OwnedManifest, object: KubeObject): Mutation | undefined {
    const name = identity(manifest)
    const applied = applicable(manifest)
    const owned = ownedFields(object, FIELD_MANAGER)
    const paths = Object.keys(owned).length === 0 ? [] : differences(applied, owned)
    const before = this.#outcomes.get(name)
    if (paths.length === 0) {
      this.#outcomes.delete(name)
      return undefined
    }
    this.#outcomes.set(name, { applied: hash(applied), owned, paths })
    return { paths, by: managersAt(object, paths), isNew: before?.paths.join() !== paths.join() }
  }
}

function managersAt(object: KubeObject, paths: readonly string[]): string[] {
  return othersIn(object, FIELD_MANAGER)
    .filter(({ fields }) => pathsIn(fields).some((path) => paths.some((one) => isWithin(path, one))))
    .map(({ manager }) => manager)
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
}

function hash(applied: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(applied)).digest('base64')
}
