import type { ApiVersion } from '../api-version.ts'
import { type Keys, valueAt, withValue } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { MOST_POOLS } from '../mcrouter.ts'

/**
 * A spec with the images of the stored one where it names none: an image that came from the operator's settings is in no
 * manifest, and another default must not come with the next write of one. Pools are the same by their names.
 */
export function withStoredImages(
  spec: unknown,
  stored: JsonObject | undefined,
  version: ApiVersion,
): unknown {
  if (version.defaultImages === undefined || stored === undefined || !isJsonObject(spec)) return spec
  return imagesIn(spec, stored, version).reduce(
    (whole, [here, there]) => withImage(whole, here, valueAt(stored, there)),
    spec,
  )
}

/** Where a spec has images, each with where the stored one has it. */
function imagesIn(spec: JsonObject, stored: JsonObject, { keysOf }: ApiVersion): [Keys, Keys][] {
  const places: [Keys | undefined, Keys | undefined][] = [
    [keysOf('routers.image'), keysOf('routers.image')],
    [keysOf('pool.image', 0), keysOf('pool.image', 0)],
  ]
  const nameOf = (whole: JsonObject, pool: number) => valueAt(whole, keysOf('pool.name', pool))
  const former = new Map<unknown, number>()
  for (let pool = 1; pool < MOST_POOLS && nameOf(stored, pool) !== undefined; pool += 1)
    former.set(nameOf(stored, pool), pool)
  // One without a name is refused, and what comes after it with it.
  for (let pool = 1; pool < MOST_POOLS; pool += 1) {
    const name = nameOf(spec, pool)
    if (name === undefined) break
    const before = former.get(name)
    if (before !== undefined) places.push([keysOf('pool.image', pool), keysOf('pool.image', before)])
  }
  return places.flatMap(([here, there]): [Keys, Keys][] =>
    here === undefined || there === undefined ? [] : [[here, there]],
  )
}

/** What is no object stays, and is refused for what it is. */
function withImage(spec: JsonObject, keys: Keys, image: unknown): JsonObject {
  const around = valueAt(spec, keys.slice(0, -1)) ?? {}
  const isGiven = (valueAt(spec, keys) ?? undefined) !== undefined
  return typeof image !== 'string' || isGiven || !isJsonObject(around) ? spec : withValue(spec, keys, image)
}
