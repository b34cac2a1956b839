import { isIP } from 'node:net'
import { type Asked, askedHosts } from '../routing/asked-hosts.ts'
import { isServerOf } from '../routing/servers.ts'
import { canonicalHost } from '../schemas/external-server.ts'
import type { LabelExpression, Mcrouter, Peer } from '../schemas/mcrouter.ts'
import { COMPONENT_LABEL } from '../schemas/well-known.ts'
import { type Labels, selectorOf } from './labels.ts'
import { type OperatorPods, operatorPeer } from './operator-pods.ts'

/** What the templates of NetworkPolicies read. */
export interface AccessModel {
  /** Who may connect to routers. */
  readonly clients: readonly Peer[]
  /** Who may connect to servers. */
  readonly askers: readonly Peer[]
  /** All servers of the Mcrouter: also of a pool that the spec no longer has, while routers still use them. */
  readonly servers: { readonly matchLabels: Labels; readonly matchExpressions: readonly LabelExpression[] }
  /** Servers of others, to which routers may connect. */
  readonly external: readonly External[]
}

interface External {
  /** Not there for all ports. */
  readonly port?: number
  /** The addresses; none for anything that has the port. */
  readonly blocks: readonly string[]
}

/**
 * Undefined for a Mcrouter that everybody may connect to.
 * @param config what its routers are told
 * @param operator none of whose pods are admitted where they are not known
 */
export function accessModel(
  mcrouter: Mcrouter,
  config: unknown,
  operator: OperatorPods | undefined,
): AccessModel | undefined {
  if (mcrouter.access === undefined) return undefined
  const { [COMPONENT_LABEL]: _, ...whole } = selectorOf(mcrouter, 'mcrouter')
  const operators = operator === undefined ? [] : [operatorPeer(operator)]
  const isOwn = (server: string) => mcrouter.pools.some(({ name }) => isServerOf(mcrouter, name, server))
  return {
    clients: [...mcrouter.access.from, ...operators],
    // By labels of their selector, which routers have had from the beginning: none is cut off when the policy is made.
    askers: [{ podSelector: { matchLabels: selectorOf(mcrouter, 'mcrouter') } }, ...operators],
    servers: {
      matchLabels: whole,
      matchExpressions: [{ key: COMPONENT_LABEL, operator: 'NotIn', values: ['mcrouter'] }],
    },
    external: externalIn(askedHosts(config, isOwn)),
  }
}

/**
 * No more rules are written: each costs every node on which a router runs, and Cilium has 16,384 entries for a pod
 * (https://docs.cilium.io/en/stable/network/ebpf/maps/). Addresses are as many as one spec holds.
 */
const MOST_PORTS = 100

/** By port. No NetworkPolicy has names: where a server has one, its port is open at every address. */
function externalIn({ hosts, ports }: Asked): External[] {
  const blocks = new Map<number, Set<string>>()
  const open = new Set(ports)
  for (const { host, port } of hosts) {
    const address = canonicalHost(host)
    if (isIP(address) === 0) open.add(port)
    else blocks.set(port, (blocks.get(port) ?? new Set()).add(blockOf(address)))
  }
  const all = [...new Set([...blocks.keys(), ...open])].sort((one, other) => one - other)
  if (all.length > MOST_PORTS) return [{ blocks: [] }]
  return all.map((port) => ({ port, blocks: open.has(port) ? [] : [...(blocks.get(port) ?? [])].sort() }))
}

function blockOf(address: string): string {
  return `${address}/${isIP(address) === 4 ? 32 : 128}`
}
