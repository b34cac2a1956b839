import type { JsonObject } from '../schemas/json.ts'
import { zonesIn } from '../schemas/layout.ts'
import { MAIN_POOL, type Mcrouter, type Pool } from '../schemas/mcrouter.ts'
import type { McrouterConfig } from './mcrouter-config.ts'
import { poolKey } from './pool.ts'
import { type Circumstances, routeOf } from './pool-route.ts'
import { byPrefix } from './prefixes.ts'
import { featuresOf } from './release.ts'
import { routePrefix } from './route-prefix.ts'
import { type Routed, routed } from './routed.ts'
import { whole } from './whole.ts'

/**
 * The configuration of a Mcrouter's routers: all pools by name, and routes over the first and those that prefixes lead to.
 *
 * @param servers for each pool `host:port` by ordinal, while it is being scaled not as many as the spec says: at least one
 *   of the first; none of a pool that no router may use yet, which is then left out
 */
export function configFor(
  { routers, pools: [main, ...others], prefixes }: Mcrouter,
  [servers = [], ...further]: readonly (readonly string[])[],
  circumstances: Circumstances = { features: featuresOf(routers.release), filling: false },
): McrouterConfig {
  const { copies, resizes } = circumstances
  const copiesOf = ({ name }: Pool) => (resizes?.has(name) ? 1 : copies?.get(name))
  const first = routed(main, servers, copiesOf(main))
  const beside = others
    .map((pool, index) => routed(pool, further[index] ?? [], copiesOf(pool)))
    .filter((one) => one.servers.length > 0)
  const known = new Set([MAIN_POOL, ...beside.map(({ pool }) => pool.name)])
  const route = (one: Routed) => routeOf(one, known, circumstances)
  const chosen = new Set(prefixes.map(({ pool }) => pool))
  const ofMain = route(first)
  const routes = new Map([[main.name, ofMain]])
  for (const one of beside) if (chosen.has(one.pool.name)) routes.set(one.pool.name, route(one))
  const { selectors, ...root } = rootOf(zonesIn([main, ...others]), (place) =>
    byPrefix(prefixes, ofMain, routes, place),
  )
  const pools = [first, ...beside].flatMap((one) => [
    [poolKey(one.pool.name), whole(one, routers, circumstances.features)] as const,
    ...Object.entries(routes.get(one.pool.name)?.pools ?? {}),
  ])
  return {
    pools: Object.fromEntries(pools),
    named_handles: [...[...routes.values()].flatMap(({ handles }) => handles), ...selectors],
    ...root,
  }
}

/** One configuration for the routers of all zones: each is started with the routing prefix of its own. */
function rootOf(zones: readonly string[], at: (place: number) => ReturnType<typeof byPrefix>) {
  if (zones.length === 0) {
    const { root, selectors } = at(0)
    return { selectors, route: root }
  }
  const all = zones.map((_, place) => at(place))
  const selectors = new Map(
    all.flatMap((one) => one.selectors.map((selector) => [selector.name, selector] as const)),
  )
  const routes = Object.fromEntries(all.map(({ root }, place) => [routePrefix(place), root]))
  return { selectors: [...selectors.values()], routes }
}

/** Lines are filled up to this many columns, so that a large pool stays readable and below 1 MiB. */
const COLUMNS = 100

/** The text of config.json: the same configuration is always the same text, and its digest the same digest. */
export function serialise(config: McrouterConfig | JsonObject): string {
  return `${layOut(config, '')}\n`
}

function layOut(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const items = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${layOut(item, inner)}`)
  if (isShort(items, COLUMNS - indent.length - 2)) return `${open}${items.join(', ')}${close}`
  const lines = isListOfTexts(value) ? filled(items, COLUMNS - inner.length - 1) : items
  return `${open}\n${lines.map((item) => inner + item).join(',\n')}\n${indent}${close}`
}

/** Whether they fit into one line; looked at one by one, since all of a large pool would be a text of megabytes. */
function isShort(items: readonly string[], columns: number): boolean {
  let left = columns + 2
  for (const item of items) {
    left -= item.length + 2
    if (left < 0 || item.includes('\n')) return false
  }
  return true
}

function isListOfTexts(value: object): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function filled(items: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const item of items) {
    const line = `${lines.at(-1)}, ${item}`
    if (lines.length > 0 && line.length <= columns) lines[lines.length - 1] = line
    else lines.push(item)
  }
  return lines
}
