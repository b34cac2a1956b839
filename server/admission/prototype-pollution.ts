import { isJsonObject } from '../../schemas/json.ts'
import { member } from '../../schemas/validation/path.ts'

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
 * No name, label or field of Kubernetes can be such a key.
 * @param stored what of the review is not searched, because it can only be mended
 */
export function faultOf(review: unknown, stored: unknown): string | undefined {
  const found = search(review, stored, DEPTH)
  if (found === undefined) return undefined
  const path = found.keys.reduceRight<string>(member, '').replace(/^request\.object\./, '')
  return found.isKey
    ? `the key ${path} is not allowed: remove it`
    : `it is nested more than ${DEPTH} levels deep at ${path}`
}

interface Found {
  /** A forbidden key, or else a value too deep. */
  readonly isKey: boolean
  /** Its place, from the inside out: written down only once there is something to say about it. */
  readonly keys: (string | number)[]
}

function search(value: unknown, stored: unknown, levels: number): Found | undefined {
  if (typeof value !== 'object' || value === null || value === stored) return undefined
  if (levels === 0) return { isKey: false, keys: [] }
  return Array.isArray(value) ? searchList(value, stored, levels) : searchObject(value, stored, levels)
}

function searchList(list: readonly unknown[], stored: unknown, levels: number): Found | undefined {
  for (const [index, item] of list.entries()) {
    const found = search(item, stored, levels - 1)
    if (found !== undefined) return within(index, found)
  }
  return undefined
}

function searchObject(object: object, stored: unknown, levels: number): Found | undefined {
  for (const key of Object.keys(object)) {
    const inner: unknown = Reflect.get(object, key)
    if (reachesPrototype(key, inner)) return { isKey: true, keys: [key] }
    const found = search(inner, stored, levels - 1)
    if (found !== undefined) return within(key, found)
  }
  return undefined
}

function within(key: string | number, found: Found): Found {
  found.keys.push(key)
  return found
}

function reachesPrototype(key: string, value: unknown): boolean {
  return (
    key === '__proto__' || (key === 'constructor' && isJsonObject(value) && Object.hasOwn(value, 'prototype'))
  )
}
