import type { Mcrouter, Pool, Topology } from '../schemas/mcrouter.ts'
import type { McrouterConfig } from './mcrouter-config.ts'
import { type PoolConfig, poolKey, wholePool } from './pool.ts'
import { type Features, featuresOf } from './release.ts'
import { replicatedConfig } from './replicated.ts'
import { serverTimeout } from './server-timeout.ts'
import { shardedConfig } from './sharded.ts'

/** What a configuration depends on beside the spec and the servers. */
export interface Circumstances {
  /** While routers are being replaced not those of the spec's release. */
  readonly features: Features
  /** Whether servers were added a short while ago. */
  readonly filling: boolean
}

/**
 * The configuration of a Mcrouter's routers: the topology over the first pool, and all pools by name.
 *
 * @param servers for each pool `host:port` by hash index, while it is being scaled not as many as the spec says: at least one
 *   of the first; none of a pool that no router may use yet, which is then left out
 */
export function configFor(
  { routers, pools: [main, ...others] }: Mcrouter,
  [servers = [], ...further]: readonly (readonly string[])[],
  circumstances: Circumstances = { features: featuresOf(routers.release), filling: false },
): McrouterConfig {
  const whole = ({ maxItemSize }: Pool, names: readonly string[]) =>
    wholePool(names, circumstances.features, serverTimeout(maxItemSize))
  const config = CONFIGURATIONS[main.topology](whole(main, servers), servers, circumstances)
  const beside = others.flatMap((other, index) => {
    const names = further[index] ?? []
    return names.length === 0 ? [] : [[poolKey(other.name), whole(other, names)] as const]
  })
  return { ...config, pools: { ...config.pools, ...Object.fromEntries(beside) } }
}

/** Beside schemas/topologies.ts the other table of what differs by topology. */
const CONFIGURATIONS: Readonly<
  Record<
    Topology,
    (pool: PoolConfig, servers: readonly string[], circumstances: Circumstances) => McrouterConfig
  >
> = {
  // One server is no copy of another.
  replicated: (pool, servers, { features, filling }) =>
    servers.length > 1 ? replicatedConfig(pool, servers, features, filling) : shardedConfig(pool, features),
  sharded: (pool, _, { features }) => shardedConfig(pool, features),
}

/** Lines are filled up to this many columns, so that a large pool stays readable and below 1 MiB. */
const COLUMNS = 100

/** The text of config.json: the same configuration is always the same text, and its digest the same digest. */
export function serialise(config: McrouterConfig): string {
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
