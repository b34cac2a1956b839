import type { Test } from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { KIND } from '../../schemas/well-known.ts'

/** A Mcrouter with this spec. */
export function object(
  spec: unknown,
  metadata: JsonObject = { name: 'cache', namespace: 'shop' },
): JsonObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata, spec }
}

/** What is said against a spec, as `path: message`. */
export function violationsOf(spec: unknown, source: 'api' | 'file' = 'api'): string[] {
  return refusalOf(object(spec), source)
}

export function refusalOf(mcrouter: JsonObject, source: 'api' | 'file' = 'api'): string[] {
  const judgement = judge(mcrouter, { source })
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}

/** Warnings about a spec, and about the change from another where one is given. */
export function warningsOf(spec: unknown, stored?: unknown): readonly string[] {
  const judgement = judge(object(spec), stored === undefined ? {} : { stored: object(stored) })
  return judgement.accepted
    ? judgement.warnings
    : judgement.violations.map(({ message }) => `refused: ${message}`)
}

/** A spec, the place of its one violation, and what its message must hold. */
type Case = readonly [spec: object, path: string, ...words: (string | RegExp)[]]

/** Holds that each spec has this one violation. */
export function rejects(t: Test, cases: readonly Case[]): void {
  for (const [spec, path, ...words] of cases) {
    const said = violationsOf(spec, 'file')
    t.equal(said.length, 1, `one violation, at ${path}: ${said.join(' ')}`)
    t.ok(said[0]?.startsWith(`${path}: `), path)
    for (const word of words) t.match(said[0], word)
  }
}
