import type { KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { events } from '../kube/resources.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { text } from './untyped.ts'

/**
 * What events say of an object for this reason, the latest last. Events are asked for and not watched: the API server keeps no
 * cache of them, and sends no bookmarks by which a watch that is quiet could be told from one that is dead.
 */
export async function notesAbout(
  { metadata }: Pick<KubeObject, 'metadata'>,
  reason: string,
  { api, signal, onTrouble }: ReconcileContext,
): Promise<string[]> {
  const { namespace = '', uid } = metadata
  try {
    const fieldSelector = `regarding.uid=${uid},reason=${reason}`
    const found = await api.list(events, { namespace, fieldSelector, signal })
    return found
      .toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)))
      .map(({ note }) => text(note))
  } catch (error) {
    // The rest of the status is worth more than the reason for this part of it.
    if (!(error instanceof ApiError) || error.aborted) throw error
    onTrouble(error)
    return []
  }
}

/** The controllers still write events of core/v1, which have no eventTime. */
function timeOf(event: Readonly<Record<string, unknown>>): string {
  return text(event.eventTime) || text(event.deprecatedLastTimestamp)
}
