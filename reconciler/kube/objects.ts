import type { JsonObject } from '../../schemas/json.ts'
import { isJsonObject } from '../../schemas/json.ts'
import type { KubeApi, KubeObject, ObjectKey, Resource } from './api.ts'
import { readPages, type Selection } from './cache/pages.ts'
import { ApiError } from './connection/errors.ts'
import type { ApiRequest, Session } from './connection/session.ts'
import { toKubeObject } from './object.ts'
import { collectionPath, objectPath, withQuery } from './paths.ts'
import { leases } from './resources.ts'

/** The owner of what we write, in metadata.managedFields. Never change it: the new name would not own the old fields. */
export const FIELD_MANAGER = 'mcrouter-operator'

// Two are normal in a busy cluster whose etcd compacts every 5 minutes; more mean that pages come too slowly.
const LIST_ATTEMPTS = 3

/** What is listed at once is of one Mcrouter, which has 1,100 pods at most, or 1,000 and a router on each node. Whoever may make objects may label more like them. */
const MOST = 5_000

/** The calls of {@link KubeApi} over a session. Bodies go out as they are given: no model in between drops a field. */
export function kubeApi(session: Session): KubeApi {
  const send = async (resource: Resource, request: ApiRequest): Promise<KubeObject> => {
    // A renewal that waits behind a thousand applies would lose the lead.
    const urgent = resource === leases
    return toKubeObject(resource, await session.request({ ...request, ...(urgent && { urgent }) }))
  }

  return {
    async get(resource, key, signal) {
      try {
        return await send(resource, { method: 'GET', path: objectPath(resource, key), signal })
      } catch (error) {
        if (error instanceof ApiError && error.notFound) return undefined
        throw error
      }
    },

    async list(resource, { signal, keep = (object: KubeObject) => object, ...selection } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await listAll(session, { resource, ...selection }, keep, signal)
        } catch (error) {
          if (!(error instanceof ApiError && error.gone) || attempt === LIST_ATTEMPTS) throw error
        }
      }
    },

    create(resource, object, { signal } = {}) {
      const path = withQuery(collectionPath(resource, keyIn(object).namespace), {
        fieldManager: FIELD_MANAGER,
      })
      return send(resource, { method: 'POST', path, body: object, signal })
    },

    async evict(pods, { namespace, name }, { uid, signal }) {
      const body = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace, name },
        deleteOptions: { preconditions: { uid } },
      }
      const path = objectPath(pods, namespace === undefined ? { name } : { namespace, name }, 'eviction')
      await session.request({ method: 'POST', path, body, signal })
    },

    apply(resource, object, { dryRun, subresource, signal } = {}) {
      const path = withQuery(objectPath(resource, keyIn(object), subresource), {
        fieldManager: FIELD_MANAGER,
        force: true,
        dryRun: dryRun ? 'All' : undefined,
      })
      return send(resource, {
        method: 'PATCH',
        path,
        body: object,
        // JSON is YAML: the server reads it as such (kubernetes.io/docs/reference/using-api/server-side-apply/).
        contentType: 'application/apply-patch+yaml',
        signal,
      })
    },

    replace(resource, object, { subresource, signal } = {}) {
      const path = withQuery(objectPath(resource, keyIn(object), subresource), {
        fieldManager: FIELD_MANAGER,
      })
      return send(resource, { method: 'PUT', path, body: object, signal })
    },

    merge(resource, key, patch, { subresource, timeoutMs, signal } = {}) {
      const path = withQuery(objectPath(resource, key, subresource), { fieldManager: FIELD_MANAGER })
      const contentType = 'application/merge-patch+json'
      const request: ApiRequest = { method: 'PATCH', path, body: patch, contentType, signal }
      return send(resource, timeoutMs === undefined ? request : { ...request, timeoutMs })
    },

    async delete(resource, key, { propagation, uid, resourceVersion, signal } = {}) {
      const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(propagation && { propagationPolicy: propagation }),
        ...(Object.keys(preconditions).length > 0 && { preconditions }),
      }
      try {
        await session.request({ method: 'DELETE', path: objectPath(resource, key), body, signal })
      } catch (error) {
        if (!(error instanceof ApiError && error.notFound)) throw error
      }
    },
  }
}

async function listAll(
  session: Session,
  selection: Selection,
  keep: (object: KubeObject) => KubeObject | undefined,
  signal?: AbortSignal,
): Promise<KubeObject[]> {
  const all: KubeObject[] = []
  const take = (object: KubeObject) => {
    const kept = keep(object)
    if (kept === undefined) return
    all.push(kept)
    if (all.length <= MOST) return
    const { resource, namespace } = selection
    const message = `LIST ${resource.plural} in ${namespace}: there are more than ${MOST}; delete those that are not needed`
    throw new ApiError(message, { status: 0, reason: 'TooMany' })
  }
  await readPages(session, selection, { take }, signal)
  return all
}

/** Where an object that we made ourselves belongs. */
function keyIn(object: JsonObject): ObjectKey {
  const { metadata } = object
  if (!isJsonObject(metadata) || typeof metadata.name !== 'string') {
    throw new TypeError(`an object to write needs metadata.name: ${JSON.stringify(object).slice(0, 100)}`)
  }
  const { name, namespace } = metadata
  return typeof namespace === 'string' ? { namespace, name } : { name }
}
