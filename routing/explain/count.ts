import { ConfigError } from './config-error.ts'
import type { Request } from './request.ts'

/** Handles that a request may be in at a time; more are a cycle of names. */
const DEEPEST = 100

/**
 * Of each handle and each server that a request reaches: named handles double at each level what one request goes through.
 * @throws {ConfigError} above what is followed
 */
export function count({ depth, handles }: Request): void {
  handles.left -= 1
  if (depth > DEEPEST)
    throw new ConfigError(`${DEEPEST} route handles are one in the other: do names go in a circle?`)
  if (handles.left < 0)
    throw new ConfigError('one request comes through more route handles than are followed')
}
