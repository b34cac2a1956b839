import type { KubeObject, ObjectKey } from '../api.ts'

/** An object that appeared, changed, or went away (no `after`). */
export interface ObjectChange {
  readonly key: ObjectKey
  /** As the store keeps it. */
  readonly after: KubeObject | undefined
  /** Those that it was in before or is in now. */
  readonly groups: readonly string[]
}
