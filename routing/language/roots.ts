import { keyPrefixComplaint } from '../../schemas/formats/key-prefix.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/validation/path.ts'
import { quote } from '../../text/quote.ts'
import { ROUTING_PREFIX } from './handles/change.ts'
import type { HandleJudge } from './judge-handles.ts'
import { type Found, judgeOptions, judgeValue } from './judge-value.ts'
import { UNREAD } from './literal-text.ts'
import type { Handles } from './route.ts'
import { below } from './scope.ts'
import { HANDLE, type Options } from './value-type.ts'

/** What some of the keys go to. */
export interface Root {
  readonly place: Place
  readonly handles: Handles
}

/** `route`, or `routes` by routing prefix (ProxyConfig-inl.h:39-131). */
export function judgeRoot(
  config: JsonObject,
  defaultRoute: string,
  place: Place,
  judge: HandleJudge,
): Root[] {
  const { route, routes } = config
  const { findings } = judge
  if (route !== undefined && routes !== undefined) {
    const message = 'Forbidden: there is a route as well, and mcrouter takes one of the two'
    findings.complain(below(place, ['routes']), 'FieldValueForbidden', message)
  }
  if (route === undefined && routes === undefined) {
    findings.complain(
      below(place, ['route']),
      'FieldValueRequired',
      'Required value: there must be a route, or routes',
    )
  }
  const roots = route === undefined ? [] : judgeRoute(route, below(place, ['route']), judge)
  return routes === undefined
    ? roots
    : [...roots, ...judgeRoutes(routes, defaultRoute, below(place, ['routes']), judge)]
}

function judgeRoutes(routes: unknown, defaultRoute: string, place: Place, judge: HandleJudge): Root[] {
  if (routes === UNREAD) return []
  const { findings } = judge
  const aliases = new Set<string>()
  const roots: Root[] = []
  const take = (alias: unknown, at: Place) => {
    if (alias === UNREAD) return
    judgeValue(alias, ROUTING_PREFIX, { place: at, option: '' }, judge, nothing())
    if (typeof alias !== 'string') return
    if (aliases.has(alias)) {
      const message = `Duplicate value: ${quote(alias)}: of two routes for it mcrouter takes the last`
      findings.complain(at, 'FieldValueDuplicate', message)
    }
    aliases.add(alias)
  }
  if (Array.isArray(routes)) {
    for (const [key, policy] of routes.entries()) {
      const here = { within: place, key }
      if (policy === UNREAD) continue
      if (!isJsonObject(policy)) {
        const message = `Invalid value: ${quote(policy)}: must be an object with aliases and a route`
        findings.complain(here, 'FieldValueInvalid', message)
        continue
      }
      judgeOptions('a route of routes', policy, POLICY, here, judge, nothing())
      const { aliases: list, route } = policy
      if (Array.isArray(list))
        for (const [index, alias] of list.entries()) take(alias, below(here, ['aliases', index]))
      if (route !== undefined) roots.push(...judgeRoute(route, below(here, ['route']), judge))
    }
  } else if (isJsonObject(routes)) {
    for (const [alias, route] of Object.entries(routes)) {
      take(alias, { within: place, key: alias })
      roots.push(...judgeRoute(route, { within: place, key: alias }, judge))
    }
  } else {
    const message = `Invalid value: ${quote(routes)}: must be a list, or an object of route handles by routing prefix`
    findings.complain(place, 'FieldValueInvalid', message)
    return []
  }
  if (!aliases.has(defaultRoute)) {
    const message = `Required value: keys without a routing prefix go to ${defaultRoute}, which must be one of the routes`
    findings.complain(place, 'FieldValueRequired', message)
  }
  return roots
}

/** The route itself is judged by {@link judgeRoute}. */
const POLICY: Options = {
  aliases: { type: { kind: 'list', of: { kind: 'text' } }, required: true },
  route: { type: { kind: 'any' }, required: true },
}

const PREFIX_SELECTOR: Options = {
  type: { type: { kind: 'any' } },
  policies: { type: { kind: 'map', of: HANDLE } },
  wildcard: { type: HANDLE, required: true },
}

/** A root may choose by the key's prefix, which no other handle can (routes/PrefixSelectorRoute.h:43-78). */
function judgeRoute(value: unknown, place: Place, judge: HandleJudge): Root[] {
  const found = nothing()
  if (!isJsonObject(value) || value.type !== 'PrefixSelectorRoute') {
    judgeValue(value, HANDLE, { place, option: 'route' }, judge, found)
    return [...found.parts.values()].map((handles) => ({ place, handles }))
  }
  judgeOptions('PrefixSelectorRoute', value, PREFIX_SELECTOR, place, judge, found)
  if (isJsonObject(value.policies))
    judgePrefixes(Object.keys(value.policies), below(place, ['policies']), judge)
  return [...found.parts.values()].map((handles) => ({ place, handles }))
}

function judgePrefixes(prefixes: readonly string[], place: Place, { findings }: HandleJudge): void {
  for (const key of prefixes) {
    const complaint = keyPrefixComplaint(key)
    if (complaint === undefined) continue
    findings.complain(
      { within: place, key },
      'FieldValueInvalid',
      `Invalid value: ${quote(key)}: ${complaint}`,
    )
  }
  const sorted = prefixes.toSorted((one, other) => (one < other ? -1 : 1))
  for (const [index, longer] of sorted.entries()) {
    const shorter = sorted[index - 1]
    if (shorter === undefined || shorter === '' || !longer.startsWith(shorter)) continue
    findings.warn(
      place,
      `keys that begin with ${quote(longer)} begin with ${quote(shorter)} too: the longest prefix wins`,
    )
  }
}

function nothing(): Found {
  return { parts: new Map(), pool: undefined }
}
