import type { JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/judge.ts'
import { API_VERSION, KIND } from '../../schemas/v1alpha3.ts'

/** A Mcrouter with this spec. */
export function object(
  spec: unknown,
  metadata: JsonObject = { name: 'cache', namespace: 'shop' },
): JsonObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata, spec }
}

/** What is said against a spec, as `path: message`. */
export function violationsOf(spec: unknown, unknownFields: 'keep' | 'reject' = 'keep'): string[] {
  return refusalOf(object(spec), unknownFields)
}

export function refusalOf(mcrouter: JsonObject, unknownFields: 'keep' | 'reject' = 'keep'): string[] {
  const judgement = judge(mcrouter, { unknownFields })
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}

/** Warnings about a spec, and about the change from another where one is given. */
export function warningsOf(spec: unknown, stored?: unknown): readonly string[] {
  const judgement = judge(object(spec), stored === undefined ? {} : { stored: object(stored) })
  return judgement.accepted
    ? judgement.warnings
    : judgement.violations.map(({ message }) => `refused: ${message}`)
}
