import { movesBetween, type Spread } from '../../routing/explain/moves.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import type { Step } from '../../routing/explain/step.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import { fractionText, percentText } from '../../text/fraction.ts'
import { askedIn, requestsOf } from './asked.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { keysOf, poolsOf, type Topology } from './topology.ts'

const SHOWN: readonly ClientOperation[] = ['get', 'set', 'add', 'delete', 'incr']

/** The tables of a page, in Markdown. */
export const FIGURES: Readonly<Record<string, (topology: Topology) => string>> = {
  costs,
  requests,
  failures,
  resize,
}

function costs(topology: Topology): string {
  const rows = poolsOf(topology).map(({ pool, servers }) => {
    const others = isExternal(pool)
    return [
      `\`${pool.name}\``,
      others ? `${servers.length}, of others` : `${servers.length}`,
      others ? '-' : mebibytes(pool.memoryMb * pool.shards),
      others ? '-' : `${servers.length} × ${pool.resources.limits?.memory ?? '-'}`,
    ]
  })
  return table(['pool', 'servers', 'holds, of different items', 'memory of its pods'], rows)
}

function requests(topology: Topology): string {
  const rows = keysOf(topology).flatMap((key) =>
    SHOWN.map((operation) => {
      const step = topology.explain(operation, key)
      return [shown(operation, key), `${requestsOf(step, true)}`, `${requestsOf(step, false)}`]
    }),
  )
  return table(['request', 'asks so many servers when the key is there', 'when it is nowhere'], rows)
}

function failures(topology: Topology): string {
  const rows = failuresOf(topology).map(({ operation, key, answers }) => [
    `${shown(operation, key)}${operation === 'add' ? ', a new key' : ''}`,
    ...answers.map(({ outcome }) => quoted(outcome)),
  ])
  return table(['request', 'all servers up', FIRST_DEAD, ALL_DEAD, 'the first one back, empty'], rows)
}

/** What has happened to the servers of a key that all of them had. */
export interface Phase {
  readonly dead: ReadonlySet<string>
  /** Back, and empty. */
  readonly emptied: ReadonlySet<string>
}

/** What a request for a key is answered with, phase by phase. */
export interface Failures {
  readonly operation: ClientOperation
  readonly key: string
  readonly answers: readonly (Phase & { readonly outcome: Outcome })[]
}

/** @param keys those of the page by default */
export function failuresOf(topology: Topology, keys = keysOf(topology)): Failures[] {
  return keys.flatMap((key) => {
    const all = serversAlways(topology.explain('set', key))
    const phases = phasesOf(key, all, topology)
    return SHOWN.map((operation) => ({
      operation,
      key,
      answers: phases.map((phase) => {
        // A new key is nowhere before.
        const having = operation === 'add' ? NONE : without(all, phase.emptied)
        const outcome = outcomeOf(operation, topology.explain(operation, key), { dead: phase.dead, having })
        return { ...phase, outcome }
      }),
    }))
  })
}

const NONE: ReadonlySet<string> = new Set()

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...all].filter((one) => !some.has(one)))
}

/** All servers up, the first of the key dead, all of the key dead, and the first one back. */
function phasesOf(key: string, all: ReadonlySet<string>, { explain }: Topology): Phase[] {
  const [first] = askedIn(explain('get', key))
  const home = new Set(first === undefined ? [] : [first.server])
  return [
    { dead: NONE, emptied: NONE },
    { dead: home, emptied: NONE },
    { dead: all, emptied: NONE },
    { dead: NONE, emptied: home },
  ]
}

const FIRST_DEAD = 'the first server of the key dead'
const ALL_DEAD = 'all servers that a set of it reaches dead'

/** Where a request goes in any case. */
function serversAlways(step: Step): ReadonlySet<string> {
  const asked = askedIn(step).filter(({ reason }) => reason === 'always')
  return new Set(asked.map(({ server }) => server))
}

function shown(operation: ClientOperation, key: string): string {
  return `\`${operation} ${key}\``
}

function quoted(outcome: Outcome): string {
  return /^[A-Z_]+$/.test(outcome) ? `\`${outcome}\`` : outcome
}

/** One shard more or less, and one copy more where there are any. */
function resize(topology: Topology): string {
  const rows = poolsOf(topology).flatMap(({ pool, servers }) => {
    const before = spread(pool, servers, 0, 0)
    const changes = isExternal(pool)
      ? [{ what: 'a server appended', after: spread(pool, servers, 1, 0) }]
      : changesOf(pool, servers)
    return changes.map(({ what, after }) => {
      const { moved } = movesBetween(before, after)
      const share = moved.numerator === 0 ? 'none' : `${fractionText(moved)} (${percentText(moved)})`
      return [`\`${pool.name}\``, what, share]
    })
  })
  return table(['pool', 'change', 'keys that are looked for on another server first'], rows)
}

function changesOf(pool: Pool, servers: readonly string[]) {
  const { shards, copies } = pool
  const fewer =
    shards > 1
      ? [{ what: `\`shards: ${shards}\` → \`${shards - 1}\``, after: spread(pool, servers, -1, 0) }]
      : []
  const more = { what: `\`shards: ${shards}\` → \`${shards + 1}\``, after: spread(pool, servers, 1, 0) }
  const copy = { what: `\`copies: ${copies}\` → \`${copies + 1}\``, after: spread(pool, servers, 0, 1) }
  if (shards === 1) return [copy]
  return copies > 1 ? [more, ...fewer, copy] : [more, ...fewer]
}

function spread(
  { shards, copies }: Pool,
  servers: readonly string[],
  moreShards: number,
  moreCopies: number,
): Spread {
  const layout = { shards: shards + moreShards, copies: copies + moreCopies }
  const count = layout.shards * layout.copies
  const all = Array.from({ length: count }, (_, ordinal) => servers[ordinal] ?? `new-${ordinal}`)
  return { ...layout, servers: all }
}

/** Whole GiB where it is. */
function mebibytes(count: number): string {
  return count % 1024 === 0 ? `${count / 1024} GiB` : `${count} MiB`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
