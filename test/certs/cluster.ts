import type { CertificateApi, ObjectKey, Resource, StoredObject } from '../../certs/api.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** How an API server refuses a call. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** An API server in memory: objects with resource versions, merge patches with preconditions, and a point to be killed at. */
export class Cluster implements CertificateApi {
  /** Paths of the objects that were written, in order. */
  readonly writes: string[] = []
  /** The process is killed instead of making more writes than this. */
  writesLeft = Number.POSITIVE_INFINITY
  /** Called after every write. */
  onWrite: () => void = () => {}
  readonly #objects = new Map<string, JsonObject>()
  #version = 0

  async get(resource: Resource, key: ObjectKey): Promise<StoredObject | undefined> {
    const object = this.peek(resource, key)
    return object && stored(object)
  }

  peek(resource: Resource, key: ObjectKey): JsonObject | undefined {
    return this.#objects.get(pathOf(resource, key))
  }

  async merge(resource: Resource, key: ObjectKey, patch: JsonObject): Promise<StoredObject> {
    const path = pathOf(resource, key)
    const object = this.#objects.get(path)
    if (!object) throw new Refused(404, `${path} not found`)
    if (this.writesLeft === 0) throw new Error('killed')
    const expected = isJsonObject(patch.metadata) ? patch.metadata.resourceVersion : undefined
    if (expected !== undefined && expected !== stored(object).metadata.resourceVersion) {
      throw new Refused(409, `${path} has changed`)
    }
    this.writesLeft -= 1
    this.writes.push(path)
    const written = this.put(resource, key, merged(object, patch))
    this.onWrite()
    return written
  }

  /** As somebody else would write it: no precondition, not counted. */
  put(resource: Resource, key: ObjectKey, object: JsonObject): StoredObject {
    this.#version += 1
    const metadata = {
      ...(isJsonObject(object.metadata) ? object.metadata : {}),
      ...key,
      resourceVersion: `${this.#version}`,
    }
    const written = { ...object, metadata }
    this.#objects.set(pathOf(resource, key), written)
    return written
  }

  /** A merge patch of somebody else. */
  change(resource: Resource, key: ObjectKey, patch: JsonObject): StoredObject {
    return this.put(resource, key, merged(this.peek(resource, key), patch))
  }

  remove(resource: Resource, key: ObjectKey): void {
    this.#objects.delete(pathOf(resource, key))
  }
}

function pathOf({ plural }: Resource, { namespace, name }: ObjectKey): string {
  return [plural, namespace, name].filter((part) => part !== undefined).join('/')
}

function stored(object: JsonObject): StoredObject {
  const resourceVersion = isJsonObject(object.metadata) ? object.metadata.resourceVersion : undefined
  if (typeof resourceVersion !== 'string') throw new Error('an object without a resource version')
  return { ...object, metadata: { resourceVersion } }
}

/** RFC 7386. */
function merged(target: unknown, patch: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...(isJsonObject(target) ? target : {}) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = isJsonObject(value) ? merged(result[key], value) : value
  }
  return result
}
