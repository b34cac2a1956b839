import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Release } from '../../schemas/mcrouter.ts'
import type { Place } from '../../schemas/validation/path.ts'
import { quote } from '../../text/quote.ts'
import { COMMON, type Found, judgeOptions, judgeValue } from './judge-value.ts'
import { UNREAD } from './literal-text.ts'
import { meant } from './meant.ts'
import { NamedHandles } from './named-handles.ts'
import type { PoolTable } from './pool-table.ts'
import { unknownTo } from './release-span.ts'
import type { Handles, Pool, Route } from './route.ts'
import type { RouteHandleType, Written } from './route-handle-type.ts'
import { ROUTE_HANDLES, routeHandleType } from './route-handles.ts'
import { below, type Findings, type Scope } from './scope.ts'

/** Handles below one another. mcrouter sends a request through them on a small stack, 24 KiB (--fibers-stack-size). */
export const MOST_NESTED = 32

/** Handles in lists: lists of lists by name would otherwise be as long as anyone likes. */
const MOST_LISTED = 100_000

const NONE: Handles = { count: 0, depth: 0, routes: [] }

/** Reads route handles as mcrouter does (lib/config/RouteHandleFactory-inl.h:38-160), and says what is wrong with them. */
export class HandleJudge implements Scope {
  readonly release: Release
  readonly findings: Findings
  readonly #pools: PoolTable
  readonly #named: NamedHandles
  readonly #texts = new Map<string, Handles>()
  #depth = 0
  #listed = 0

  constructor(release: Release, findings: Findings, pools: PoolTable) {
    this.release = release
    this.findings = findings
    this.#pools = pools
    this.#named = new NamedHandles(findings, (json, place) => this.handles(json, place))
  }

  get named(): NamedHandles {
    return this.#named
  }

  pool(value: unknown, place: Place): Pool | undefined {
    return this.#pools.lead(value, place, this)
  }

  handles(value: unknown, place: Place): Handles | undefined {
    if (value === UNREAD) return undefined
    if (this.#depth >= MOST_NESTED) return this.#tooDeep(place)
    this.#depth += 1
    try {
      const handles = this.#read(value, place)
      return handles === undefined || handles.depth < MOST_NESTED ? handles : this.#tooDeep(place)
    } finally {
      this.#depth -= 1
    }
  }

  #read(value: unknown, place: Place): Handles | undefined {
    if (typeof value === 'string') return this.#short(value, place)
    if (Array.isArray(value)) return this.#list(value, place)
    if (isJsonObject(value)) return this.#object(value, place)
    const what =
      'must be a route handle: an object with a type, a name, a short form such as PoolRoute|main, or a list of these'
    this.findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(value)}: ${what}`)
    return undefined
  }

  #list(list: readonly unknown[], place: Place): Handles | undefined {
    const all = list.map((item, key) => this.handles(item, { within: place, key }))
    const read = all.filter((handles) => handles !== undefined)
    if (read.length < all.length) return undefined
    this.#listed += read.reduce((sum, { routes }) => sum + routes.length, 0)
    if (this.#listed > MOST_LISTED) {
      const message = `Invalid value: lists of route handles with more than ${MOST_LISTED} in all, those in named lists counted each time`
      this.findings.complain(place, 'FieldValueInvalid', message)
      return undefined
    }
    const counts = read.map(({ count }) => count)
    return {
      count: counts.reduce<number | undefined>(
        (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
        0,
      ),
      depth: Math.max(0, ...read.map(({ depth }) => depth)),
      routes: read.flatMap(({ routes }) => routes),
    }
  }

  /** As mcrouter does, of one text makes one handle, unless there is something to say about it. */
  #short(text: string, place: Place): Handles | undefined {
    if (text === '') return NONE
    if (this.#named.has(text)) return this.#named.refer(text, place)
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const before = this.findings.count
    const handles = this.#text(text, place)
    if (handles !== undefined && this.findings.count === before) this.#texts.set(text, handles)
    return handles
  }

  #text(text: string, place: Place): Handles | undefined {
    const bar = text.indexOf('|')
    const name = bar < 0 ? text : text.slice(0, bar)
    const type = this.#typeOf(name, place, bar < 0)
    if (type === undefined) return undefined
    if (bar < 0) return this.#handle(name, type, {}, place)
    const rest = text.slice(bar + 1)
    // Of a selector the rest is the handle in its place (routes/OperationSelectorRoute-inl.h:41).
    if (Object.hasOwn(type.options, 'operation_policies')) return this.handles(rest, place)
    if (type.short === undefined) {
      const why = `${name} has no short form${Object.keys(type.options).length === 0 ? '' : ', write it as an object'}`
      this.findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(text)}: ${why}`)
      return undefined
    }
    return this.#handle(name, type, { [type.short]: rest }, place, true)
  }

  #object(json: JsonObject, place: Place): Handles | undefined {
    const { type: name, name: own } = json
    const at = below(place, ['type'])
    if (typeof name !== 'string') {
      if (name === undefined) {
        this.findings.complain(at, 'FieldValueRequired', 'Required value: a route handle needs a type')
      } else if (name !== UNREAD) {
        this.findings.complain(at, 'FieldValueInvalid', `Invalid value: ${quote(name)}: must be a string`)
      }
      return undefined
    }
    this.#named.claim(own, place)
    const type = this.#typeOf(name, at, false)
    return type === undefined ? undefined : this.#handle(name, type, json, place)
  }

  /** @param mayBeName whether it could have been meant for the name of a handle */
  #typeOf(name: string, place: Place, mayBeName: boolean): RouteHandleType | undefined {
    const type = routeHandleType(name)
    if (type === undefined) {
      this.findings.complain(place, 'FieldValueNotSupported', () => {
        return `Unsupported value: ${quote(name)}: ${this.#unknownType(name, mayBeName)}`
      })
      return undefined
    }
    const reason = type.withheld ?? unknownTo(this.release, type)
    if (reason === undefined) return type
    this.findings.complain(place, 'FieldValueNotSupported', `Unsupported value: ${quote(name)}: ${reason}`)
    return undefined
  }

  #unknownType(name: string, mayBeName: boolean): string {
    if (name === 'PrefixSelectorRoute') return 'stands in route, or in one of routes, and nowhere else'
    if (mayBeName && this.#named.isInside(name)) {
      return 'is the name of a handle that stands inside another: move that one to named_handles'
    }
    const types = Object.keys(ROUTE_HANDLES)
    return mayBeName
      ? `no such route handle, by name or by type${meant(name, [...this.#named.names(), ...types])}`
      : `no such type of route handle${meant(name, types)}`
  }

  /** @param short whether the options were a text, whose place is that of the handle */
  #handle(name: string, type: RouteHandleType, json: JsonObject, place: Place, short = false): Handles {
    const found: Found = { parts: new Map(), pool: undefined }
    if (name === 'Pool') {
      const { type: _, ...pool } = json
      found.pool = this.pool(short ? json.pool : pool, place)
    } else if (short) this.#judgeShort(type, json, place, found)
    else judgeOptions(name, json, { ...type.options, ...COMMON }, place, this, found)
    const written = this.#written(json, found, place, short)
    for (const rule of type.rules ?? []) rule(written)
    if (type.caution !== undefined) this.findings.warn(place, type.caution)
    return handlesOf({ type: name, parts: found.parts, pool: found.pool }, type)
  }

  #written(options: JsonObject, { parts, pool }: Found, place: Place, short: boolean): Written {
    return {
      release: this.release,
      options,
      pool,
      led: (option) => parts.get(option),
      complain: (at, reason, message) => {
        this.findings.complain(short ? place : below(place, at), reason, message)
      },
      warn: (message) => this.findings.warn(place, message),
    }
  }

  /** Of an option that is the rest of a short form. Whatever is wrong with it is wrong where all of the form is written. */
  #judgeShort({ options }: RouteHandleType, json: JsonObject, place: Place, found: Found): void {
    for (const [option, rest] of Object.entries(json)) {
      judgeValue(rest, options[option]?.type ?? { kind: 'any' }, { place, option }, this, found)
    }
  }

  #tooDeep(place: Place): undefined {
    const message = `Invalid value: more than ${MOST_NESTED} route handles below one another`
    this.findings.complain(place, 'FieldValueInvalid', message)
    return undefined
  }
}

function handlesOf(route: Route, { yields }: RouteHandleType): Handles {
  const parts = [...route.parts.values()]
  const lists = { servers: route.pool?.size, children: route.parts.get('children')?.count }
  return {
    count: yields === undefined ? 1 : lists[yields],
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
    routes: [route],
  }
}
