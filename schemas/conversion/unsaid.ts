import { isDeepStrictEqual } from 'node:util'
import type { ApiVersion } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { member } from '../validation/path.ts'
import { translate } from './translate.ts'

/**
 * Fields of a complete spec that another version has no words for: what does not come back from there. None where it is only said in
 * other words, such as a default that is written down.
 */
export function unsaid(spec: JsonObject, from: ApiVersion, to: ApiVersion): string[] {
  const back = translate(translate(spec, from, to), to, from)
  const isMeant = isDeepStrictEqual(from.complete(spec), from.complete(from.withDefaults(back)))
  return isMeant ? [] : differences(spec, back, 'spec')
}

/** A list is one value. */
function differences(value: unknown, other: unknown, path: string): string[] {
  if (isDeepStrictEqual(value, other)) return []
  if (!isJsonObject(value) || !isJsonObject(other)) return [path]
  const names = new Set([...Object.keys(value), ...Object.keys(other)])
  return [...names].flatMap((name) => differences(value[name], other[name], member(path, name)))
}
