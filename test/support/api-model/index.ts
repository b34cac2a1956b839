import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { Feed } from './feed.ts'
import { collectionOf, isCollection, isOf, nameIn } from './paths.ts'

/** A request as a server sees it. */
export interface Incoming {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body?: JsonObject | undefined
}

export type Answer =
  | { readonly status: number; readonly body: JsonObject; readonly retryAfter?: string }
  | { readonly status: 200; readonly feed: Feed }

interface Happened {
  readonly version: number
  readonly collection: string
  readonly type: string
  readonly object: JsonObject
}

/**
 * The part of an API server that a client depends on, in memory: resourceVersions, optimistic concurrency, lists in
 * pages and watches with a bounded history. It knows no schema, and ignores selectors.
 */
export class ApiModel {
  readonly #objects = new Map<string, JsonObject>()
  readonly #watches = new Set<{ readonly collection: string; readonly since: number; readonly feed: Feed }>()
  /** Lists that are being read page by page: all pages show the same moment. */
  readonly #pages = new Map<string, readonly JsonObject[]>()
  readonly #withdrawn = new Set<string>()
  #history: Happened[] = []
  #version = 1_000
  #forgotten = 0
  #uids = 0

  /** Of the last write. */
  get version(): number {
    return this.#version
  }

  get openWatches(): number {
    this.#sweep()
    return this.#watches.size
  }

  /** What is stored at a path. */
  at(path: string): JsonObject | undefined {
    return this.#objects.get(path)
  }

  paths(): string[] {
    return [...this.#objects.keys()]
  }

  /** Creates or replaces without a precondition, as somebody else would. */
  put(path: string, object: JsonObject): JsonObject {
    const before = this.#objects.get(path)
    const stored = stamp(object, nameIn(path), this.#next(), uidOf(before) ?? `uid-${++this.#uids}`)
    this.#objects.set(path, stored)
    this.#happened(before ? 'MODIFIED' : 'ADDED', path, stored)
    return stored
  }

  remove(path: string): void {
    const before = this.#objects.get(path)
    if (before === undefined) return
    this.#objects.delete(path)
    this.#happened('DELETED', path, stamp(before, nameIn(path), this.#next(), uidOf(before) ?? ''))
  }

  /** No longer serves a resource, as when its CRD is deleted: its objects go, its watches end, and every request gets 404. */
  withdraw(plural: string): void {
    for (const path of this.paths()) if (isOf(plural, path)) this.remove(path)
    for (const { collection, feed } of this.#watches) if (isOf(plural, collection)) feed.end()
    this.#withdrawn.add(plural)
  }

  /** Serves it (again). */
  serve(plural: string): void {
    this.#withdrawn.delete(plural)
  }

  /** Forgets the history, as etcd does every five minutes: a watch from before gets 410. */
  compact(): void {
    this.#history = []
    this.#forgotten = this.#version
    for (const page of this.#pages.keys())
      if (Number(page.split('@').at(-1)) < this.#version) this.#pages.delete(page)
  }

  /** What a backup of etcd would hold. */
  backup(): () => void {
    const [objects, version] = [new Map(this.#objects), this.#version]
    return () => {
      this.#objects.clear()
      for (const [path, object] of objects) this.#objects.set(path, object)
      this.#history = []
      this.#version = version
      this.#forgotten = version
      // The API server is started anew with it.
      this.broadcast((feed) => feed.fail(new Error('read ECONNRESET')))
    }
  }

  /** What every open watch gets, whatever the collection. */
  broadcast(write: (feed: Feed) => void): void {
    this.#sweep()
    for (const { feed } of this.#watches) write(feed)
  }

  /** From now on nothing reaches the open watches, and their clients do not know it; `meanwhile` may send something. */
  disconnect(meanwhile: (feed: Feed) => void = () => undefined): void {
    this.broadcast(meanwhile)
    this.#watches.clear()
  }

  bookmark(): void {
    const line = eventLine('BOOKMARK', { metadata: { resourceVersion: String(this.#version) } })
    this.#sweep()
    // A watch from the future hears nothing of the present, as in the watch cache of the API server.
    for (const { since, feed } of this.#watches) if (since <= this.#version) feed.write(line)
  }

  handle({ method, path, query, body }: Incoming): Answer {
    if ([...this.#withdrawn].some((plural) => isOf(plural, path))) {
      return failure(404, 'NotFound', 'the server could not find the requested resource')
    }
    if (method === 'GET' && query.get('watch') === 'true') return this.#watch(path, query)
    if (method === 'GET') {
      const object = this.#objects.get(path)
      if (object) return { status: 200, body: object }
      return isCollection(path) ? this.#list(path, query) : failure(404, 'NotFound', `${path} not found`)
    }
    if (method === 'POST') return this.#create(path, body ?? {})
    const before = this.#objects.get(path)
    if (before === undefined) return failure(404, 'NotFound', `${path} not found`)
    if (method === 'DELETE') {
      this.remove(path)
      return { status: 200, body: { kind: 'Status', status: 'Success' } }
    }
    const wanted = versionOf(body)
    if (wanted !== undefined && wanted !== versionOf(before)) {
      return failure(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      )
    }
    return { status: 200, body: this.put(path, method === 'PUT' ? (body ?? {}) : { ...before, ...body }) }
  }

  #create(collection: string, object: JsonObject): Answer {
    const { metadata } = object
    const path = `${collection}/${isJsonObject(metadata) ? metadata.name : ''}`
    if (this.#objects.has(path)) return failure(409, 'AlreadyExists', `${path} already exists`)
    return { status: 201, body: this.put(path, object) }
  }

  #list(collection: string, query: URLSearchParams): Answer {
    const [version, from] = (query.get('continue') ?? `${this.#version}:0`).split(':').map(Number)
    if (version === undefined || from === undefined || version < this.#forgotten) {
      return failure(410, 'Expired', 'The provided continue parameter is too old')
    }
    const limit = Number(query.get('limit') ?? 500)
    const all =
      from === 0 ? this.#collection(collection) : (this.#pages.get(`${collection}@${version}`) ?? [])
    this.#pages.set(`${collection}@${version}`, all)
    const next = from + limit < all.length ? { continue: `${version}:${from + limit}` } : {}
    const metadata = { resourceVersion: String(version), ...next }
    return { status: 200, body: { kind: 'List', metadata, items: all.slice(from, from + limit) } }
  }

  #collection(collection: string): JsonObject[] {
    return [...this.#objects]
      .filter(([path]) => collectionOf(path) === collection)
      .map(([, object]) => object)
  }

  #watch(collection: string, query: URLSearchParams): Answer {
    const since = Number(query.get('resourceVersion'))
    if (since < this.#forgotten) return failure(410, 'Expired', `too old resource version: ${since}`)
    const feed = new Feed()
    for (const one of this.#history) {
      if (one.collection === collection && one.version > since) feed.write(eventLine(one.type, one.object))
    }
    this.#watches.add({ collection, since, feed })
    return { status: 200, feed }
  }

  #happened(type: string, path: string, object: JsonObject): void {
    const collection = collectionOf(path)
    this.#history.push({ version: this.#version, collection, type, object })
    this.#sweep()
    for (const watch of this.#watches) {
      if (watch.collection === collection && this.#version > watch.since) {
        watch.feed.write(eventLine(type, object))
      }
    }
  }

  #sweep(): void {
    for (const watch of this.#watches) if (!watch.feed.open) this.#watches.delete(watch)
  }

  #next(): number {
    this.#version += 1
    return this.#version
  }
}

export function eventLine(type: string, object: JsonObject): string {
  return `${JSON.stringify({ type, object })}\n`
}

export function failure(
  code: number,
  reason: string,
  message: string,
): Extract<Answer, { body: JsonObject }> {
  return { status: code, body: { kind: 'Status', status: 'Failure', code, reason, message } }
}

function stamp(object: JsonObject, name: string, version: number, uid: string): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  return { ...object, metadata: { ...metadata, name, uid, resourceVersion: String(version) } }
}

function uidOf(object: JsonObject | undefined): string | undefined {
  const metadata = object?.metadata
  return isJsonObject(metadata) && typeof metadata.uid === 'string' ? metadata.uid : undefined
}

function versionOf(object: JsonObject | undefined): string | undefined {
  const metadata = object?.metadata
  return isJsonObject(metadata) && typeof metadata.resourceVersion === 'string'
    ? metadata.resourceVersion
    : undefined
}
