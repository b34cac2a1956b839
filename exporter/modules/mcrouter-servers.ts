import { copyNamed, poolNamed } from '../../routing/servers.ts'
import { POOL_SIZE } from '../../schemas/pool-size.ts'
import type { Exposition, Sample } from '../exposition/exposition.ts'
import { counter, gauge } from '../exposition/family.ts'
import { labelText } from '../exposition/labels.ts'
import { numberIn, secondsIn } from '../exposition/numbers.ts'
import { placeOf, type Target } from '../targets/target.ts'

/** So many servers of one router have series: more than a Mcrouter has pods. */
const MOST_SERVERS = 1_024

const DOWN = gauge('mcrouter_server_down', 'Whether the router holds the server for dead.')
const LATENCY = gauge(
  'mcrouter_server_latency_seconds',
  'Average of the last requests; it stays without any.',
)
const REPLIES = counter('mcrouter_server_replies_total', 'Replies of the server by result.')
const OMITTED = gauge('mcrouter_servers_omitted', `Servers beyond ${MOST_SERVERS}, which have no series.`)

/** Told as 0 while mcrouter, which names what there was, does not: a counter that appears late has no first increase. */
const USUAL = [
  'found',
  'notfound',
  'stored',
  'deleted',
  'timeout',
  'connect_timeout',
  'connect_error',
  'remote_error',
]

/** mcrouter/lib/carbon/carbon_result.thrift, as `stats servers` names them. */
const RESULTS: ReadonlySet<string> = new Set([
  ...USUAL,
  ...[
    'notstored',
    'exists',
    'touched',
    'ok',
    'busy',
    'tko',
    'local_error',
    'client_error',
    'bad_value',
    'try_again',
  ],
  ...['ooo', 'aborted', 'shutdown', 'deadline_exceeded', 'unknown'],
])

/** What a router says of one of its servers. */
interface Server {
  down: boolean
  latency: string | undefined
  readonly replies: Map<string, string>
}

/**
 * Adds what the lines of `stats servers` say:
 * `STAT host:port:ascii:plain:notcompressed-500 avg_latency_us:25.4 pending_reqs:0 inflight_reqs:0 hard_tko; up:2; found:9`.
 * A server has a line for each timeout that it is routed to with.
 */
export function exposeServers(lines: readonly string[], exposition: Exposition, target: Target): void {
  const servers = new Map<string, Server>()
  let omitted = 0
  for (const line of lines) {
    const end = line.indexOf(' ', 5)
    const labels = line.startsWith('STAT ') ? labelsOf(line.slice(5, end), target) : undefined
    if (labels === undefined) continue
    if (!servers.has(labels) && servers.size >= MOST_SERVERS) omitted += 1
    else servers.set(labels, added(servers.get(labels), line.slice(end)))
  }
  exposition.add(
    DOWN,
    samples(servers, ({ down }) => (down ? '1' : '0')),
  )
  exposition.add(
    LATENCY,
    samples(servers, ({ latency }) => latency),
  )
  exposition.add(REPLIES, repliesOf(servers))
  exposition.one(OMITTED, `${omitted}`)
}

function samples(
  servers: ReadonlyMap<string, Server>,
  value: (server: Server) => string | undefined,
): Sample[] {
  return [...servers].flatMap(([labels, server]): Sample[] => {
    const text = value(server)
    return text === undefined ? [] : [[labels, text]]
  })
}

function* repliesOf(servers: ReadonlyMap<string, Server>): Generator<Sample> {
  for (const [labels, { replies }] of servers) {
    for (const [result, number] of replies) yield [`${labels},result="${result}"`, number]
  }
}

/** With the words of a further line about it. */
function added(server: Server = nothingOf(), words: string): Server {
  for (const word of words.split(/[ ;]+/)) {
    if (word === 'hard_tko' || word === 'soft_tko') server.down = true
    const colon = word.indexOf(':')
    const [name, number] = [word.slice(0, colon), numberIn(word.slice(colon + 1))]
    if (colon < 0 || number === undefined) continue
    if (name === 'avg_latency_us') server.latency = secondsIn(number)
    if (RESULTS.has(name)) server.replies.set(name, sum(server.replies.get(name), number))
  }
  return server
}

function nothingOf(): Server {
  return { down: false, latency: undefined, replies: new Map(USUAL.map((result) => [result, '0'])) }
}

function sum(before: string | undefined, number: string): string {
  return before === undefined || before === '0' ? number : `${Number(before) + Number(number)}`
}

const NAMED = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253}):(\d{1,5})(?:|:[a-zA-Z0-9:-]{1,64})$/

/** Undefined for what is no address. One of the Mcrouter's own is called as its pod, whatever the cluster's domain. */
function labelsOf(text: string, target: Target): string | undefined {
  const [, host, port] = NAMED.exec(text) ?? []
  if (host === undefined) return undefined
  const own = ownServer(host, target)
  if (own === undefined) return labelText({ server: `${host}:${port}`, pool: '', shard: '', copy: '' })
  const { pool, shard, copy } = placeOf(own.pool, own.ordinal, target.layouts, own.copy)
  return labelText({ server: own.pod, pool, shard: `${shard}`, copy: `${copy}` })
}

/** Of a name as routing/servers.ts gives it: pod.service.namespace.svc.domain. */
function ownServer(host: string, { mcrouter, namespace }: Target): OwnServer | undefined {
  const [pod = '', service = '', within, svc] = host.split('.', 4)
  const pool = poolNamed({ name: mcrouter }, service)
  const [, statefulSet = '', digits] = /^(.+)-(0|[1-9]\d{0,3})$/.exec(pod) ?? []
  const inZone = copyNamed({ name: mcrouter }, statefulSet)
  const copy = inZone?.pool === pool ? inZone?.copy : undefined
  const isOwn = statefulSet === service || copy !== undefined
  const ordinal = Number(digits)
  if (pool === undefined || within !== namespace || svc !== 'svc') return undefined
  return isOwn && ordinal < POOL_SIZE.maximum ? { pod, pool, copy, ordinal } : undefined
}

interface OwnServer {
  readonly pod: string
  readonly pool: string
  /** In a zone; undefined where it is in none. */
  readonly copy: number | undefined
  readonly ordinal: number
}
