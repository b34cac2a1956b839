import type { Clock } from '../../../process/clock.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import type { KubeObject } from '../api.ts'
import { Deadline } from '../connection/deadline.ts'
import { ApiError } from '../connection/errors.ts'
import type { Session } from '../connection/session.ts'
import { errorFromStatus } from '../connection/status.ts'
import { toKubeObject } from '../object.ts'
import { collectionPath, withQuery } from '../paths.ts'
import { readLines } from './lines.ts'
import type { Selection } from './pages.ts'

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  /** A bookmark: nothing happened to our objects up to this resourceVersion. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

export interface WatchOptions {
  /** Events after this one. */
  readonly resourceVersion: string
  /** After so many seconds the server ends the watch by itself. */
  readonly timeoutSeconds: number
  /** Give up when no event came for so long; milliseconds. */
  readonly inactivityMs: number
  /** Told once when the server has granted the watch. */
  readonly onOpen: () => void
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * One watch, until the server ends it.
 *
 * @throws ApiError: 410 when the resourceVersion is too old, Timeout after silence, Malformed for what is no event,
 *   Unreachable when the connection broke, Aborted by the signal
 */
export async function* watchEvents(
  session: Session,
  selection: Selection,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const { resource, namespace, labelSelector, fieldSelector } = selection
  const path = collectionPath(resource, namespace)
  const silence = new Deadline(options.clock, options.inactivityMs, options.signal)
  try {
    const stream = await session.stream({
      method: 'GET',
      path: withQuery(path, {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: options.resourceVersion,
        timeoutSeconds: options.timeoutSeconds,
        labelSelector,
        fieldSelector,
      }),
      signal: silence.signal,
    })
    options.onOpen()
    for await (const line of readLines(stream)) {
      // Only whole events count as activity: a connection that drips single bytes is as good as dead.
      silence.restart()
      yield parseEvent(selection, path, line)
    }
  } catch (error) {
    throw watchError(path, error, silence, options)
  } finally {
    silence.clear()
  }
}

function parseEvent(selection: Selection, path: string, line: string): WatchEvent {
  const { type, object } = parseLine(path, line)
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: toKubeObject(selection.resource, object) }
    case 'BOOKMARK': {
      const metadata = object.metadata
      if (isJsonObject(metadata) && typeof metadata.resourceVersion === 'string') {
        return { type, resourceVersion: metadata.resourceVersion }
      }
      throw malformed(path, line)
    }
    case 'ERROR':
      throw errorFromStatus(`WATCH ${path}`, object)
    default:
      throw malformed(path, line)
  }
}

function parseLine(path: string, line: string): { type: unknown; object: JsonObject } {
  try {
    const value: unknown = JSON.parse(line)
    if (isJsonObject(value) && isJsonObject(value.object)) return { type: value.type, object: value.object }
  } catch {
    // Reported below, with the same message as JSON that is no event.
  }
  throw malformed(path, line)
}

function malformed(path: string, line: string): ApiError {
  return new ApiError(`WATCH ${path}: not a watch event: ${line.slice(0, 100)}`, {
    status: 0,
    reason: 'Malformed',
  })
}

function watchError(path: string, error: unknown, silence: Deadline, { inactivityMs, signal }: WatchOptions) {
  if (silence.expired) {
    return new ApiError(`WATCH ${path}: silent for ${inactivityMs / 1000} s`, {
      status: 0,
      reason: 'Timeout',
    })
  }
  if (error instanceof ApiError) return error
  const reason = signal.aborted ? 'Aborted' : 'Unreachable'
  const why = error instanceof Error ? error.message : String(error)
  return new ApiError(`WATCH ${path}: ${why}`, { status: 0, reason, cause: error })
}
