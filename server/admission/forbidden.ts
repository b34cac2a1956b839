import { isJsonObject } from '../../schemas/json.ts'

/** Levels of a review that are searched; the API's own have about fifteen, managedFields included. */
const DEPTH = 100

/** Begins the escape of an ASCII letter, which can hide one of a key. Go writes such escapes for `<`, `>` and `&` too. */
const ESCAPE = '\\u00'

/**
 * What a text must hold for a key to be one of those: `__proto__`, `"constructor"`, or one in disguise. Parts of these words
 * are enough, and V8 searches for fewer than seven characters without a table that it would have to fill (string-search.h).
 */
const WORDS = ['__pro', 'uctor"', ESCAPE]

/** Whether the text of a review has to be searched: one look clears almost every text. */
export function isSuspect(text: string): boolean {
  return WORDS.some((word) => text.includes(word))
}

/**
 * A key that would reach an object's prototype if it were ever assigned (`__proto__`, or `constructor` with a
 * `prototype` in it, which is what secure-json-parse refuses), as half a sentence; undefined when there is none.
 * No name, label or field of Kubernetes can be such a key. What is stored is not searched: it can only be mended.
 */
export function faultOf(review: unknown): string | undefined {
  return search(review, '', DEPTH)?.replace(' request.object.', ' ')
}

function search(value: unknown, path: string, levels: number): string | undefined {
  if (typeof value !== 'object' || value === null || path === 'request.oldObject') return undefined
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
