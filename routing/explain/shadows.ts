import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { spooky32 } from '../hash/spooky.ts'
import { hashedBytes, type Request } from './request.ts'
import type { Route, Routes } from './route.ts'

const WHOLE = 2 ** 32 - 1
const NOTHING: readonly [number, number] = [0, 0]

/**
 * Servers of which some requests are sent elsewhere as well (mcrouter/routes/ShadowSettings.cpp). What `requests_fraction` leaves
 * out is not a matter of the key.
 */
export function withShadows(servers: readonly Route[], shadows: unknown, routes: Routes): readonly Route[] {
  const settings = Array.isArray(shadows) ? shadows.filter(isJsonObject) : []
  if (settings.length === 0) return servers
  return servers.map((server, index) => {
    const own = settings.filter((setting) => isShadowed(index, setting))
    return own.length === 0 ? server : (request) => shadowed(server, own, request, routes)
  })
}

function shadowed(server: Route, settings: readonly JsonObject[], request: Request, routes: Routes) {
  const next = server(request)
  const shadows = settings
    .filter((setting) => hasKey(setting, request))
    .map(({ target }) => routes.one(target)(request))
  return shadows.length === 0 ? next : { kind: 'shadowed' as const, next, shadows }
}

/** Its end does not belong to a range of servers. */
function isShadowed(index: number, { index_range, keys_to_shadow }: JsonObject): boolean {
  const [start, end] = rangeOf(index_range)
  return Array.isArray(keys_to_shadow) || (start <= index && index < end)
}

/** Both ends belong to a range of keys. */
function hasKey({ key_fraction_range, keys_to_shadow }: JsonObject, request: Request): boolean {
  const key = hashedBytes(request)
  if (Array.isArray(keys_to_shadow)) return keys_to_shadow.includes(key.toString('utf8'))
  const [start, end] = rangeOf(key_fraction_range)
  const hash = spooky32(key, 0)
  return Math.floor(start * WHOLE) <= hash && hash <= Math.floor(end * WHOLE)
}

function rangeOf(range: unknown): readonly [number, number] {
  if (!Array.isArray(range)) return NOTHING
  const [start, end]: unknown[] = range
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : NOTHING
}
