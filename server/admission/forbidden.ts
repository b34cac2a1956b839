import { isJsonObject } from '../../schemas/json.ts'

/** Levels of a body that are searched; the API's own objects have about ten, managedFields included. */
const DEPTH = 100

/**
 * Why a body must not be used, or undefined when nothing speaks against it: a key that would reach an
 * object's prototype if it were ever assigned (`__proto__`, or `constructor` with a `prototype` in it,
 * which is what secure-json-parse refuses). No name, label or field of Kubernetes can be such a key.
 * @param text what `value` was parsed from: one search over it clears almost every body
 */
export function forbidden(text: string, value: unknown): string | undefined {
  if (!SUSPECT.test(text)) return undefined
  return search(value, '', DEPTH)
}

/** An escape can hide any letter of a key; Go's encoder writes only those of `<`, `>` and `&`, which are below 40. */
const SUSPECT = /__proto__|"constructor"|\\u00[5-7]/

function search(value: unknown, path: string, levels: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (levels === 0) return `it is nested more than ${DEPTH} levels deep at ${path}`
  for (const [key, inner] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    const reachesPrototype =
      key === '__proto__' ||
      (key === 'constructor' && isJsonObject(inner) && Object.hasOwn(inner, 'prototype'))
    if (reachesPrototype) return `the key ${here} is not allowed: remove it`
    const found = search(inner, here, levels - 1)
    if (found !== undefined) return found
  }
  return undefined
}
