import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { quote } from '../../text/quote.ts'
import { ConfigError, found } from './config-error.ts'
import { count } from './count.ts'
import { poolOf } from './pools.ts'
import type { Pool, Route, Routes } from './route.ts'
import { ROUTE_TYPES } from './route-types.ts'

/** The route handles of a configuration, made as requests reach them (mcrouter/lib/config/RouteHandleFactory-inl.h). */
export class Handles implements Routes {
  readonly #pools: JsonObject
  readonly #named: ReadonlyMap<string, unknown>
  /** What names and short forms stand for. */
  readonly #texts = new Map<string, readonly Route[]>()

  constructor({ pools, named_handles, route, routes }: JsonObject) {
    this.#pools = isJsonObject(pools) ? pools : {}
    const named = new Map<string, unknown>(isJsonObject(named_handles) ? Object.entries(named_handles) : [])
    for (const json of [named_handles, route, routes]) collectNames(json, named)
    this.#named = named
  }

  readonly list = (json: unknown): readonly Route[] => {
    if (Array.isArray(json)) return json.flatMap(this.list)
    if (isJsonObject(json)) return this.#object(json)
    if (typeof json === 'string') return this.#text(json)
    throw new ConfigError(`a route handle is ${quote(json)}, and not an object, a list or a text`)
  }

  readonly one = (json: unknown): Route => {
    const routes = this.list(json)
    const [route] = routes
    if (route === undefined || routes.length > 1)
      throw new ConfigError(`${routes.length} route handles in a list, expected 1`)
    return route
  }

  readonly pool = (json: unknown): Pool => poolOf(json, this.#pools, this.one)

  #object(json: JsonObject): readonly Route[] {
    const { type, name } = json
    if (typeof type !== 'string') throw new ConfigError('a route handle has no type')
    // The first of a name is meant by all.
    const isFirst = typeof name !== 'string' || this.#named.get(name) === json || !this.#named.has(name)
    return isFirst ? this.#create(type, json, undefined) : this.#text(name)
  }

  #text(text: string): readonly Route[] {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const routes = this.#read(text)
    this.#texts.set(text, routes)
    return routes
  }

  #read(text: string): readonly Route[] {
    if (text === '') return []
    const named = this.#named.get(text)
    // What it stands for may in turn name what stands behind it.
    if (named !== undefined) return [later(() => this.one(named))]
    const bar = text.indexOf('|')
    if (bar === -1) return this.#create(text, {}, undefined)
    return this.#create(text.slice(0, bar), {}, text.slice(bar + 1))
  }

  #create(type: string, spec: JsonObject, rest: string | undefined): readonly Route[] {
    if (type === 'Pool') return this.pool(rest ?? spec).servers
    const make = Object.hasOwn(ROUTE_TYPES, type) ? ROUTE_TYPES[type] : undefined
    const known = found(make, `route handle ${quote(type)} is not followed here, or is no name of one`)
    return [later(() => known({ routes: this, spec, rest }))]
  }
}

/** A handle that is made when the first request reaches it. */
function later(make: () => Route): Route {
  let made: Route | undefined
  return (request) => {
    count(request)
    made ??= make()
    return made({ ...request, depth: request.depth + 1 })
  }
}

/** Of handles that have a name where they stand; the first of a name counts. */
function collectNames(json: unknown, named: Map<string, unknown>): void {
  if (Array.isArray(json)) for (const item of json) collectNames(item, named)
  if (!isJsonObject(json)) return
  const { type, name } = json
  if (typeof type === 'string' && typeof name === 'string' && !named.has(name)) named.set(name, json)
  for (const value of Object.values(json)) if (typeof value === 'object') collectNames(value, named)
}
