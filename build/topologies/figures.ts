import { movesBetween, type Spread } from '../../routing/explain/moves.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import type { Step } from '../../routing/explain/step.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import { fractionText, percentText } from '../../text/fraction.ts'
import { askedIn, requestsOf } from './asked.ts'
import { type Outcome, outcomeOf, type State } from './outcome.ts'
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

function failures({ explain, ...topology }: Topology): string {
  const nothing: ReadonlySet<string> = new Set()
  const rows = keysOf({ explain, ...topology }).flatMap((key) => {
    const [first = ''] = askedIn(explain('get', key)).map(({ server }) => server)
    const all = serversAlways(explain('set', key))
    const others = new Set([...all].filter((server) => server !== first))
    const states: readonly State[] = [
      { dead: nothing, having: all },
      { dead: new Set([first]), having: all },
      { dead: all, having: all },
      { dead: nothing, having: others },
    ]
    return SHOWN.map((operation) => {
      // A new key is nowhere before.
      const of = (state: State) => ({ ...state, having: operation === 'add' ? nothing : state.having })
      const outcomes = states.map((state) => outcomeOf(operation, explain(operation, key), of(state)))
      return [`${shown(operation, key)}${operation === 'add' ? ', a new key' : ''}`, ...outcomes.map(quoted)]
    })
  })
  return table(['request', 'all servers up', FIRST_DEAD, ALL_DEAD, 'the first one back, empty'], rows)
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
