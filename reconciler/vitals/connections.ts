import { mostClients, mostFiles } from '../../routing/flags.ts'
import { releaseOf } from '../../routing/release-of.ts'
import { clientsOf, type Statistics } from './statistics.ts'

export interface Connections {
  /** How often since its start a server has refused a connection, or stopped accepting. */
  readonly refused: number
  /** How many files a router had open when it was found to take no more connections. */
  readonly most?: number | undefined
  /** Whether it refused some since it was asked before, or few are left. */
  readonly exhausted: boolean
}

/** Share of connections in use from which on they count as exhausted, and below which they no longer do. */
const CROWDED = 0.95
const ROOMY = 0.85

/** @param before as they were when it answered before */
export function serverConnections(statistics: Statistics, before: Connections | undefined): Connections {
  const refused = statistics.number('listen_disabled_num') + statistics.number('rejected_connections')
  const used = statistics.number('curr_connections')
  const isNewlyRefused = before !== undefined && refused > before.refused
  return {
    refused,
    exhausted: isNewlyRefused || isCrowded(used, statistics.number('max_connections'), before),
  }
}

/**
 * How many files a router may have open. mcrouter does not say: it is the number that it had when it stopped accepting
 * connections; before that has happened, what its release and flags give.
 *
 * @param full whether it takes no more connections
 * @param maxConnections clients that its spec allows
 */
export function routerConnections(
  statistics: Statistics,
  before: Connections | undefined,
  full: boolean,
  maxConnections: number,
): Connections {
  // A connection of each of its threads to each server.
  const clients = clientsOf(statistics)
  const used = clients + statistics.number('num_servers')
  if (full) return { refused: 0, most: used, exhausted: true }
  const known = before?.most !== undefined && used <= before.most ? before.most : undefined
  const release = releaseOf(statistics.text('version') ?? '')
  const isOutOfFiles = isCrowded(used, known ?? mostFiles(release), before)
  const isOutOfClients = isCrowded(clients, mostClients(release, maxConnections), before)
  return { refused: 0, most: known, exhausted: isOutOfFiles || isOutOfClients }
}

function isCrowded(used: number, most: number, before: Connections | undefined): boolean {
  const share = most > 0 ? used / most : 0
  return share >= (before?.exhausted === true ? ROOMY : CROWDED)
}
