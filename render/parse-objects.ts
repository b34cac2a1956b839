import { loadAll, YAMLException } from 'js-yaml'
import { isJsonObject } from '../schemas/json.ts'
import type { SyntaxFault } from './expansion.ts'
import { KUBERNETES_SCHEMA } from './yaml-schema.ts'

/** How much of a text is taken. */
export interface Limits {
  readonly bytes: number
  readonly objects: number
  /** Characters at which a value or a line begins. Parsing takes microseconds for each. */
  readonly signs: number
  /** Memcached servers of all Mcrouters together: each becomes up to 700 bytes of configuration. */
  readonly servers: number
  /** What to do with more. */
  readonly advice: string
}

/**
 * Of a text that anybody may send: docs/adr/0015-large-reviews.md has what each costs. One Mcrouter of the largest pool fits,
 * and nobody writes a value in every 26 bytes of so many.
 */
export const REQUEST_LIMITS: Omit<Limits, 'advice'> = {
  bytes: 256 * 1024,
  objects: 25,
  signs: 10_000,
  servers: 1000,
}

/**
 * Of a request.
 * @param command that answers the same, and takes more
 */
export function requestLimits(command: 'render' | 'explain'): Limits {
  const advice = `Split it, or use \`mcrouter-operator ${command} -f FILE\`, which takes as much as a cluster has.`
  return { ...REQUEST_LIMITS, advice }
}

/** Of what somebody reads on their own machine: all of a cluster, CRDs of others included. */
export const FILE_LIMITS: Limits = {
  bytes: 64 * 1024 * 1024,
  objects: 20_000,
  signs: Number.POSITIVE_INFINITY,
  servers: 100_000,
  advice: 'Split it.',
}
/** A value is no shorter than this, which bounds what aliases may expand to: what the text could have spelt out. */
const BYTES_A_VALUE = 2

/** One object of a text. */
export interface TextObject {
  /** Number of its document in the text, from 1. */
  readonly document: number
  readonly value: unknown
}

/**
 * Reads the objects of a text: YAML, of which JSON is a part, in one or more documents; a List counts as its items
 * and an empty document as nothing. Time and memory are bounded by the size of the text.
 */
export function readObjects(
  text: string,
  { bytes, objects: most, signs, advice }: Limits,
): { objects: readonly TextObject[] } | { fault: SyntaxFault } {
  const tooMuch = (what: string) => ({ fault: { message: `${what}. ${advice}` } })
  if (Buffer.byteLength(text) > bytes) return tooMuch(`It is larger than ${bytes / 1024} KiB`)
  if (signsIn(text) > signs) return tooMuch(`It has more than ${signs} lines and values`)
  const documents = readDocuments(text)
  if ('fault' in documents) return documents
  if (!fits(documents.values, bytes / BYTES_A_VALUE))
    return tooMuch('Its aliases expand to more than could be written out')
  const objects = documents.values.flatMap((value, index) =>
    itemsOf(value).map((item) => ({ document: index + 1, value: item })),
  )
  return objects.length > most ? tooMuch(`It has more than ${most} objects`) : { objects }
}

function signsIn(text: string): number {
  let signs = 0
  for (let at = 0; at < text.length; at += 1) if (SIGNS.has(text.charCodeAt(at))) signs += 1
  return signs
}

/** At which a value of a list or a map in one line begins, and at which a line does. */
const SIGNS = new Set(Array.from(',[{\n\r', (sign) => sign.charCodeAt(0)))

function readDocuments(text: string): { values: unknown[] } | { fault: SyntaxFault } {
  try {
    return { values: loadAll(text, null, { schema: KUBERNETES_SCHEMA }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { line, column } = error.mark
    return { fault: { message: `It is not YAML: ${error.reason}.`, line: line + 1, column: column + 1 } }
  }
}

function itemsOf(value: unknown): unknown[] {
  if (value === null || value === undefined) return []
  if (isJsonObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List')) {
    return Array.isArray(value.items) ? value.items.flatMap(itemsOf) : []
  }
  return [value]
}

/** Whether a value that may hold itself, or one part many times over, has at most so many parts. */
function fits(root: unknown, most: number): boolean {
  const open = [root]
  let parts = 1
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const inner: unknown[] = Object.values(value)
    parts += inner.length
    if (parts > most) return false
    for (const part of inner) open.push(part)
  }
  return true
}
