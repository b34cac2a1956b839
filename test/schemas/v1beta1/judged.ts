import type { JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { KIND } from '../../../schemas/well-known.ts'
import { BOTH, V1BETA1 } from './version.ts'

/** A v1beta1 Mcrouter. */
export function objectOf(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: V1BETA1.apiVersion,
    kind: KIND,
    metadata: { name: 'cache', namespace: 'shop', ...metadata },
    spec,
  }
}

/** What is said against it, a line for each violation; nothing when it is accepted. */
export function said(spec: JsonObject, source: 'api' | 'file' = 'api', name = 'cache'): string[] {
  const judgement = judge(objectOf(spec, { name }), { versions: BOTH, source })
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}
