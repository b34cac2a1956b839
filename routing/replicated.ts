import { fanOut } from './fan-out.ts'
import type { McrouterConfig } from './mcrouter-config.ts'
import { MOST_SERVERS, PAST_MISSES, pastMisses } from './past-misses.ts'
import { POOL, type PoolConfig, singlePool, singlePoolName } from './pool.ts'
import type { Features } from './release.ts'
import { type CompositeHandle, type Operation, REFUSED } from './route-handle.ts'

/** Servers that a read, or a write to one server, tries: its own and two successors. More would make the text grow with N². */
const CHAIN_LENGTH = 3

/**
 * Every key on every server.
 *
 * Reads come from the key's home server (the one that Ch3 chooses, spread evenly and the same from every router) and fail
 * over to its neighbours. A `set`, `replace`, `touch` or `delete` leaves for the home first and is acknowledged once every
 * living server has it; what may reach a server only once is acknowledged by a majority. With one of N servers dead these
 * succeed, but for `add` where there are two servers. cas, incr and decr ask the home alone, and fail while it is dead.
 * `add` is never won twice, counters and cas tokens never go back.
 *
 * @param pool of all servers
 * @param servers two or more
 * @param filling whether a `get` asks other servers for what its home does not have: a few microseconds more for each miss,
 *   and what was deleted while a server was down comes back more often, so only while servers that were added fill up
 */
export function replicatedConfig(
  pool: PoolConfig,
  servers: readonly string[],
  features: Features,
  filling: boolean,
): McrouterConfig {
  const readsOn = filling && servers.length <= MOST_SERVERS
  const ordinals = servers.map((_, ordinal) => ordinal)
  const singles = servers.map((server, ordinal) => [singlePoolName(ordinal), singlePool(server)] as const)
  return {
    pools: { [POOL]: pool, ...Object.fromEntries(singles) },
    named_handles: [
      ...ordinals.map((home) => chain(home, servers.length)),
      ...selected(ordinals, features),
      ...(readsOn ? pastMisses(servers.length) : []),
    ],
    route: {
      type: 'OperationSelectorRoute',
      default_policy: 'write',
      operation_policies: { ...policies(servers.length, features), ...(readsOn && { get: PAST_MISSES }) },
    },
  }
}

/**
 * Server `home` with its successors behind it. `Pool|` is the plain list of servers: `PoolRoute|` would put the
 * async log in the way, which answers for a failed delete as if it had been done.
 */
function chain(home: number, servers: number): CompositeHandle {
  const length = Math.min(CHAIN_LENGTH, servers)
  const children = Array.from({ length }, (_, next) => `Pool|${singlePoolName((home + next) % servers)}`)
  return { type: 'FailoverRoute', name: chainName(home), children }
}

function chainName(home: number): string {
  return `from-${home}`
}

/** What chooses by key among the chains. */
function selected(ordinals: readonly number[], features: Features): CompositeHandle[] {
  const chains = ordinals.map(chainName)
  const handles: CompositeHandle[] = [
    { type: 'HashRoute', name: 'read', children: chains },
    ...fanOut('write', chains),
  ]
  if (features.getAndTouch) {
    handles.push({ type: 'AllInitialRoute', name: 'read-and-touch', children: ['read', `Pool|${POOL}`] })
  }
  return handles
}

function policies(servers: number, features: Features): Partial<Record<Operation, string>> {
  const touches = features.getAndTouch ? { gat: 'read-and-touch', gats: 'read-and-touch' } : {}
  return { get: 'read', gets: 'read', ...touches, ...homeOnly(), ...exactlyOnce(servers), ...REFUSED }
}

/** No failover: a token or counter of one server means nothing on another, where it would go back. */
function homeOnly(): Partial<Record<Operation, string>> {
  const home = `PoolRoute|${POOL}`
  return { cas: home, incr: home, decr: home }
}

/**
 * These must reach each server exactly once, so they cannot take the chains, where a neighbour gets the write of a
 * dead server as well. Of two servers there is no majority but both: `add` then fails rather than be won twice.
 */
function exactlyOnce(servers: number): Partial<Record<Operation, string>> {
  const majority = `AllMajorityRoute|Pool|${POOL}`
  if (servers > 2) return { add: majority, append: majority, prepend: majority }
  const fastest = `AllFastestRoute|Pool|${POOL}`
  return { add: `AllSyncRoute|Pool|${POOL}`, append: fastest, prepend: fastest }
}
