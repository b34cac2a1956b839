import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/validation/path.ts'
import { quote } from '../../text/quote.ts'
import { POOL } from '../pool.ts'
import { type Found, judgeOptions } from './judge-value.ts'
import { UNREAD } from './literal-text.ts'
import { meant } from './meant.ts'
import { nameComplaint, reservedComplaint } from './names.ts'
import { POOL_OPTIONS } from './pool-options.ts'
import type { Pool } from './route.ts'
import { judgeCounts } from './rules/pool.ts'
import { below, type Scope } from './scope.ts'

/** A pool that the operator runs, by the name that a Mcrouter has for it. */
export interface OperatedPool {
  readonly name: string
  readonly servers: number
  /** The pool of which it is one copy: a route to it leads to that, and none need lead to it. */
  readonly copyOf?: string
}

/** Pools that inherit one from another. */
export const MOST_INHERITED = 16

/** The pools of a configuration: its own, and those that the operator fills in. */
export class PoolTable {
  readonly #pools = new Map<string, Pool>()
  readonly #own: JsonObject
  readonly #place: Place
  readonly #operated: ReadonlySet<string>
  readonly #isWhole: boolean
  /** Copies, each with its pool. */
  readonly #copies: ReadonlyMap<string, string>
  readonly #used = new Set<string>()
  /** Names of pools that stand inside routes, and that no other route can name. */
  readonly #inside = new Set<string>()
  /** A server can be a route handle, and that lead to another pool. */
  readonly #beingJudged = new Set<string>()

  /**
   * @param place of its own pools
   * @param operated undefined for a whole configuration, to which nothing is added
   */
  constructor(own: JsonObject, place: Place, operated: readonly OperatedPool[] | undefined) {
    this.#own = own
    this.#place = place
    this.#isWhole = operated === undefined
    this.#operated = new Set(operated?.map(({ name }) => name))
    this.#copies = new Map(
      operated?.flatMap(({ name, copyOf }) => (copyOf === undefined ? [] : [[name, copyOf]])),
    )
    for (const { name, servers: size } of operated ?? []) {
      this.#pools.set(name, { name, size, options: {}, operated: true })
    }
  }

  /** Judges the pools of its own, also those that no route leads to. */
  judge(scope: Scope): void {
    for (const name of Object.keys(this.#own)) this.#judgeOwn(name, scope)
  }

  #judgeOwn(name: string, scope: Scope): void {
    if (this.#operated.has(name)) {
      const message = `Invalid value: ${quote(name)}: the operator fills in this pool, by its name`
      scope.findings.complain(below(this.#place, [name]), 'FieldValueInvalid', message)
      return
    }
    if (this.#pools.has(name)) return
    const here = below(this.#place, [name])
    const complaint = this.#complaintOf(name)
    if (complaint !== undefined) {
      scope.findings.complain(here, 'FieldValueInvalid', `Invalid value: ${quote(name)}: ${complaint}`)
    }
    this.#beingJudged.add(name)
    this.#pools.set(name, this.#judgeOne(name, this.#own[name], here, scope))
    this.#beingJudged.delete(name)
  }

  /** The pool that a route names, or that is written in it. */
  lead(value: unknown, place: Place, scope: Scope): Pool | undefined {
    const { findings } = scope
    if (value === UNREAD) return undefined
    if (typeof value === 'string') return this.#named(value, place, scope)
    if (!isJsonObject(value)) {
      const message = `Invalid value: ${quote(value)}: must be the name of a pool, or a pool`
      findings.complain(place, 'FieldValueInvalid', message)
      return undefined
    }
    const { name, ...pool } = value
    if (typeof name !== 'string') {
      if (name !== UNREAD)
        findings.complain(below(place, ['name']), 'FieldValueRequired', 'Required value: a pool needs a name')
      return undefined
    }
    const complaint = this.#complaintOf(name)
    if (complaint !== undefined) {
      findings.complain(
        below(place, ['name']),
        'FieldValueInvalid',
        `Invalid value: ${quote(name)}: ${complaint}`,
      )
    }
    if (this.#pools.has(name) || Object.hasOwn(this.#own, name) || this.#inside.has(name)) {
      const message = `Duplicate value: ${quote(name)}: another pool has this name, and mcrouter takes the first of them`
      findings.complain(below(place, ['name']), 'FieldValueDuplicate', message)
    }
    this.#inside.add(name)
    return this.#judgeOne(name, pool, place, scope)
  }

  /** Those that no route leads to, which mcrouter would not even look at. */
  unused(): string[] {
    const throughCopies = new Set([...this.#used].map((name) => this.#copies.get(name)))
    return [...this.#pools.keys()].filter(
      (name) => !this.#used.has(name) && !this.#copies.has(name) && !throughCopies.has(name),
    )
  }

  /** Those of the operator that are named. */
  used(): string[] {
    return [...this.#operated].filter((name) => this.#used.has(name))
  }

  #complaintOf(name: string): string | undefined {
    return this.#isWhole ? nameComplaint(name) : (nameComplaint(name) ?? reservedComplaint(name))
  }

  #named(name: string, place: Place, scope: Scope): Pool | undefined {
    const { findings } = scope
    if (this.#beingJudged.has(name)) {
      const message = `Invalid value: ${quote(name)}: one of the servers of this pool leads back to it`
      findings.complain(place, 'FieldValueInvalid', message)
      return undefined
    }
    if (Object.hasOwn(this.#own, name) && !this.#operated.has(name)) this.#judgeOwn(name, scope)
    const pool = this.#pools.get(name)
    if (pool === undefined) {
      findings.complain(place, 'FieldValueNotSupported', () => {
        const names = [...this.#pools.keys()]
        const known =
          names.length === 0 ? 'there is none' : `pools: ${names.slice(0, 10).map(quote).join(', ')}`
        return `Unsupported value: ${quote(name)}: no such pool; ${known}${meant(name, names)}`
      })
      return undefined
    }
    if (name === POOL && this.#operated.has(name)) {
      const message = `Invalid value: ${quote(name)}: mcrouter calls the main pool so: give this one another name`
      findings.complain(place, 'FieldValueInvalid', message)
    }
    this.#used.add(name)
    return pool
  }

  #judgeOne(name: string, value: unknown, place: Place, scope: Scope): Pool {
    const unknown = { name, size: undefined, options: {}, operated: false }
    if (value === UNREAD) return unknown
    if (!isJsonObject(value)) {
      const message = `Invalid value: ${quote(value)}: a pool must be an object`
      scope.findings.complain(place, 'FieldValueInvalid', message)
      return unknown
    }
    const { inherit, ...own } = value
    const inherited = this.#inherited(name, inherit, below(place, ['inherit']), scope)
    const options = { ...inherited.options, ...own }
    const found: Found = { parts: new Map(), pool: undefined }
    // What a pool inherits is judged where it is written.
    judgeOptions(`pool ${quote(name)}`, own, POOL_OPTIONS, place, scope, found)
    if (options.servers === undefined && inherited.size === undefined) {
      const message = `Required value: pool ${quote(name)} needs servers`
      scope.findings.complain(below(place, ['servers']), 'FieldValueRequired', message)
    }
    const size = Array.isArray(options.servers) ? options.servers.length : inherited.size
    judgeCounts(own, options, size, place, scope)
    return { name, size, options, operated: false }
  }

  /** What the pools have that a pool inherits from; those nearer to it win (PoolFactory.cpp:61-77). */
  #inherited(name: string, inherit: unknown, place: Place, scope: Scope): Inheritance {
    const chain: JsonObject[] = []
    const seen = new Set([name])
    const ends = (size: number | undefined): Inheritance => ({ options: Object.assign({}, ...chain), size })
    const wrong = (value: unknown, must: string) => {
      scope.findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(value)}: ${must}`)
      return ends(undefined)
    }
    for (let from = inherit; from !== undefined && from !== UNREAD; ) {
      if (typeof from !== 'string') return wrong(from, 'must be the name of a pool')
      if (seen.has(from)) {
        return wrong(
          from,
          `pools inherit in a cycle: ${[...seen, from].map((one) => quote(one)).join(' → ')}`,
        )
      }
      if (seen.size > MOST_INHERITED)
        return wrong(from, `more than ${MOST_INHERITED} pools inherit one from another`)
      seen.add(from)
      const pool = Object.hasOwn(this.#own, from) ? this.#own[from] : undefined
      // Of one of the operator's, no more is known than how many servers it has.
      if (pool === undefined) return ends(this.#named(from, place, scope)?.size)
      if (!isJsonObject(pool)) break
      this.#used.add(from)
      chain.unshift(pool)
      from = pool.inherit
    }
    return ends(undefined)
  }
}

interface Inheritance {
  readonly options: JsonObject
  /** Servers of a pool of the operator's at the end of it. */
  readonly size: number | undefined
}
