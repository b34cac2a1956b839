import { isJsonObject } from '../../../schemas/json.ts'
import type { KubeObject, Resource } from '../api.ts'
import { ApiError } from '../connection/errors.ts'
import type { Session } from '../connection/session.ts'
import { toKubeObject } from '../object.ts'
import { collectionPath, withQuery } from '../paths.ts'
import { readList } from './list-body.ts'

export interface Selection {
  readonly resource: Resource
  /** Undefined for all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

export interface PageReader {
  /**
   * Called for each page with the resourceVersion of the whole list, from which a watch goes on. Where it is given, no object
   * is passed on before the first call.
   */
  page?(resourceVersion: string): void
  /** Told of each object as soon as it is there. */
  take(object: KubeObject): void
}

// client-go's tools/pager asks for as many.
const LIMIT = 500
/** Of a custom resource, the objects of a page come before its resourceVersion: those of the first page have to wait for that. */
const FIRST_LIMIT = 1

/**
 * Reads a list in pages, and answers its resourceVersion. All pages show the same moment; a 410 in the middle means that
 * moment is forgotten, and the caller begins anew.
 */
export async function readPages(
  session: Session,
  selection: Selection,
  reader: PageReader,
  signal?: AbortSignal,
): Promise<string> {
  const { resource, namespace, labelSelector, fieldSelector } = selection
  const path = collectionPath(resource, namespace)
  const read = async (limit: number, next: string | undefined, take: (object: KubeObject) => unknown) => {
    const query = { labelSelector, fieldSelector, limit, continue: next }
    const list = await session.receive({ method: 'GET', path: withQuery(path, query), signal }, (body) =>
      readList(body, (item) => take(toKubeObject(resource, item))),
    )
    return headOf(list, path)
  }
  const waiting: KubeObject[] = []
  const isAsked = reader.page !== undefined
  const { resourceVersion, next: second } = await read(isAsked ? FIRST_LIMIT : LIMIT, undefined, (object) =>
    isAsked ? waiting.push(object) : reader.take(object),
  )
  reader.page?.(resourceVersion)
  for (const object of waiting) reader.take(object)
  for (let next = second; next !== undefined; ) {
    const page = await read(LIMIT, next, (object) => reader.take(object))
    reader.page?.(page.resourceVersion)
    next = page.next
  }
  return resourceVersion
}

function headOf(list: unknown, path: string): { resourceVersion: string; next: string | undefined } {
  const metadata = isJsonObject(list) ? list.metadata : undefined
  if (!isJsonObject(metadata) || typeof metadata.resourceVersion !== 'string') {
    throw new ApiError(`GET ${path}: the answer is not a list`, { status: 0, reason: 'Malformed' })
  }
  const { resourceVersion, continue: next } = metadata
  return { resourceVersion, next: typeof next === 'string' && next !== '' ? next : undefined }
}
