import { isJsonObject } from '../../schemas/json.ts'
import type { KubeObject, Resource } from './api.ts'
import { ApiError } from './errors.ts'
import { readList } from './list-body.ts'
import { toKubeObject } from './object.ts'
import { collectionPath, withQuery } from './paths.ts'
import type { Session } from './session.ts'

export interface Selection {
  readonly resource: Resource
  /** Undefined for all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Of the whole list, the same on each page: a watch goes on from here. */
  readonly resourceVersion: string
}

// client-go's tools/pager asks for as many.
const LIMIT = 500

/**
 * The list in pages, of each object only what `keep` leaves. All pages show the same moment; a 410 in the middle means
 * that moment is forgotten, and the caller begins anew.
 */
export async function* listPages<T>(
  session: Session,
  selection: Selection,
  keep: (object: KubeObject) => T,
  signal?: AbortSignal,
): AsyncGenerator<Page<T>> {
  const { resource, namespace, labelSelector, fieldSelector } = selection
  const path = collectionPath(resource, namespace)
  let next: string | undefined
  do {
    const query = { labelSelector, fieldSelector, limit: LIMIT, continue: next }
    const items: T[] = []
    const list = await session.receive({ method: 'GET', path: withQuery(path, query), signal }, (body) =>
      readList(body, (item) => items.push(keep(toKubeObject(resource, item)))),
    )
    const metadata = isJsonObject(list) ? list.metadata : undefined
    if (!isJsonObject(metadata) || typeof metadata.resourceVersion !== 'string') {
      throw new ApiError(`GET ${path}: the answer is not a list`, { status: 0, reason: 'Malformed' })
    }
    yield { items, resourceVersion: metadata.resourceVersion }
    next = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined
  } while (next !== undefined)
}
