import { isJsonObject } from '../../schemas/json.ts'
import { STORED } from '../../schemas/versions.ts'
import { GROUP, PLURAL } from '../../schemas/well-known.ts'
import type { KubeApi, KubeObject } from '../kube/api.ts'
import { ApiError } from '../kube/connection/errors.ts'
import type { Session } from '../kube/connection/session.ts'
import { toKubeObject } from '../kube/object.ts'
import { objectPath } from '../kube/paths.ts'
import { customResourceDefinitions } from '../kube/resources.ts'

const KEY = { name: `${PLURAL}.${GROUP}` }

/** The CustomResourceDefinition of Mcrouters, as far as storage goes. */
export interface Definition {
  readonly resourceVersion: string
  /** Whether it has what is written now stored in the version that the operator writes: an older or a newer definition may not. */
  readonly storesOurs: boolean
  /** status.storedVersions: those that some object may still be stored in. */
  readonly storedVersions: readonly string[]
}

/** By its subresource, so that one right is enough. Undefined where there is none. Rejects with an ApiError. */
export async function readDefinition(
  session: Pick<Session, 'request'>,
  signal: AbortSignal,
): Promise<Definition | undefined> {
  const path = objectPath(customResourceDefinitions, KEY, 'status')
  try {
    const found = await session.request({ method: 'GET', path, signal })
    return definitionIn(toKubeObject(customResourceDefinitions, found))
  } catch (error) {
    if (error instanceof ApiError && error.notFound) return undefined
    throw error
  }
}

function definitionIn({ metadata, spec = {}, status = {} }: KubeObject): Definition {
  const versions = Array.isArray(spec.versions) ? spec.versions.filter(isJsonObject) : []
  const { storedVersions } = status
  return {
    resourceVersion: metadata.resourceVersion,
    storesOurs: versions.some(({ name, storage }) => name === STORED.name && storage === true),
    storedVersions: Array.isArray(storedVersions)
      ? storedVersions.filter((name) => typeof name === 'string')
      : [],
  }
}

/** Whether some object may be stored in another version than that of the operator. */
export function isMixed({ storedVersions }: Definition): boolean {
  return storedVersions.some((name) => name !== STORED.name)
}

/** Says that every object is stored in that version. Rejects with an ApiError, a conflict where the definition has changed since. */
export async function shortenStoredVersions(
  api: Pick<KubeApi, 'merge'>,
  { resourceVersion }: Definition,
  signal: AbortSignal,
): Promise<void> {
  const patch = { metadata: { resourceVersion }, status: { storedVersions: [STORED.name] } }
  await api.merge(customResourceDefinitions, KEY, patch, { subresource: 'status', signal })
}
