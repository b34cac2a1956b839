import type { JsonObject } from '../json.ts'
import { McrouterSpec } from '../v1alpha3/spec.ts'

/**
 * Fills in every field that has a default and is not there, as the API server does from the CRD. Resources have none:
 * they follow from other fields, and would no longer once they were stored (see resources.ts).
 */
export function withDefaults(spec: JsonObject): JsonObject {
  const complete: Record<string, unknown> = { ...spec }
  for (const [field, value] of DEFAULTS) {
    if (!Object.hasOwn(spec, field)) complete[field] = value
  }
  return complete
}

/** Undefined for a field without a default. */
export function defaultOf(field: string): unknown {
  return DEFAULTS.get(field)
}

const DEFAULTS: ReadonlyMap<string, unknown> = new Map(
  Object.entries(McrouterSpec.properties).flatMap(([field, schema]): [string, unknown][] =>
    'default' in schema ? [[field, schema.default]] : [],
  ),
)
