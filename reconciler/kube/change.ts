import type { KubeObject, ObjectKey } from './api.ts'
import type { Former } from './store.ts'

/** An object that appeared (no `before`), changed, or went away (no `after`). Both as the store keeps them. */
export interface Change {
  readonly key: ObjectKey
  /** Unpacked each time it is asked for. */
  readonly before: KubeObject | undefined
  readonly after: KubeObject | undefined
  /** Those that it was in before or is in now. */
  readonly groups: readonly string[]
}

export function changeOf(
  key: ObjectKey,
  former: Former | undefined,
  after: KubeObject | undefined,
  group: string | undefined,
): Change {
  const groups = [former?.group, group].filter((name) => name !== undefined)
  return {
    key,
    after,
    groups: [...new Set(groups)],
    get before() {
      return former?.read()
    },
  }
}
