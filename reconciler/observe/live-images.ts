import { type ApiVersion, type Versions, versionOf } from '../../schemas/api-version.ts'
import { valueAt, withValue } from '../../schemas/fields.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL, MOST_POOLS } from '../../schemas/mcrouter.ts'
import { withStoredImages } from '../../schemas/validation/stored-images.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from './child.ts'
import { record, records } from './untyped.ts'
import { routerWorkloads, statefulSetOf } from './workload.ts'

/**
 * A Mcrouter with the images that its pods have already, where its spec names none. Admission writes the operator's default into
 * whatever names none; what was written while the webhook was away has none, be it that it had one before. The default of today may
 * be another than that with which its servers run, and would restart them all, each empty.
 */
export function withLiveImages(
  mcrouter: KubeObject,
  children: readonly Child[],
  versions: Versions,
): KubeObject {
  const version = versionOf(mcrouter.apiVersion, versions)
  if (version === undefined || mcrouter.spec === undefined) return mcrouter
  const live = imagesIn(mcrouter, children, mcrouter.spec, version)
  const spec = withStoredImages(mcrouter.spec, live, version)
  return isJsonObject(spec) && spec !== mcrouter.spec ? { ...mcrouter, spec } : mcrouter
}

/** The spec with the images of what runs in the place of its own. */
function imagesIn(
  { metadata }: KubeObject,
  children: readonly Child[],
  spec: JsonObject,
  { keysOf }: ApiVersion,
): JsonObject {
  const withImage = (whole: JsonObject, keys: ReturnType<typeof keysOf>, image: unknown) =>
    keys === undefined ? whole : withValue(whole, keys, image)
  let live = withImage(spec, keysOf('routers.image'), imageOf(routerWorkloads(children)[0], 'mcrouter'))
  for (let pool = 0; pool < MOST_POOLS; pool += 1) {
    const name = pool === 0 ? MAIN_POOL : valueAt(spec, keysOf('pool.name', pool))
    if (typeof name !== 'string') break
    const statefulSet = statefulSetOf(metadata, name, children) ?? statefulSetOf(metadata, name, children, 0)
    live = withImage(live, keysOf('pool.image', pool), imageOf(statefulSet, 'memcached'))
  }
  return live
}

/** Of a container of its template, as we have applied it last; undefined where somebody else has set it since. */
function imageOf(workload: Child | undefined, container: string): unknown {
  const { template } = record(workload?.owned.spec)
  const containers = records(record(record(template).spec).containers)
  return containers.find(({ name }) => name === container)?.image
}
