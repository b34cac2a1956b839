import { isJsonObject } from '../../schemas/json.ts'
import type { KubeObject, Resource } from './api.ts'
import { ApiError } from './errors.ts'
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

export interface Page {
  readonly items: readonly KubeObject[]
  /** Of the whole list, the same on each page: a watch goes on from here. */
  readonly resourceVersion: string
}

// client-go's tools/pager asks for as many.
const LIMIT = 500

/**
 * The list in pages. Each page stands for the same moment; a 410 in the middle means that moment is forgotten, and the
 * caller begins anew.
 */
export async function* listPages(
  session: Session,
  selection: Selection,
  signal?: AbortSignal,
): AsyncGenerator<Page> {
  const { resource, namespace, labelSelector, fieldSelector } = selection
  const path = collectionPath(resource, namespace)
  let next: string | undefined
  do {
    const query = { labelSelector, fieldSelector, limit: LIMIT, continue: next }
    const body = await session.request({ method: 'GET', path: withQuery(path, query), signal })
    const { items, metadata } = body
    if (!Array.isArray(items) || !isJsonObject(metadata) || typeof metadata.resourceVersion !== 'string') {
      throw new ApiError(`GET ${path}: the answer is not a list`, { status: 0, reason: 'Malformed' })
    }
    yield {
      items: items.map((item) => toKubeObject(resource, item)),
      resourceVersion: metadata.resourceVersion,
    }
    next = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined
  } while (next !== undefined)
}
