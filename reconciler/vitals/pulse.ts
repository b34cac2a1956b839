import type { Component } from '../../render/labels.ts'
import { UNLIMITED_CLIENTS } from '../../schemas/mcrouter.ts'
import type { Pod } from '../observe/pod.ts'
import type { Reply } from './ask.ts'
import type { Served } from './certificate.ts'
import { type Connections, routerConnections, serverConnections } from './connections.ts'
import { Statistics } from './statistics.ts'

/** What is known of how a pod answers. */
export interface Pulse {
  /** Unknown: it could not be reached, or has not been asked yet. Full: it takes no more connections. */
  readonly state: 'answering' | 'silent' | 'full' | 'unknown'
  /** Of a router: the servers that it holds for dead, by the name of their pods. */
  readonly suspects: readonly string[]
  /** Those of the last reply; only a second reply confirms them. */
  readonly doubted: readonly string[]
  /** Of a router: what it says that it is, such as `2026.08.17.00 mcrouter`; empty when it has not said. */
  readonly version: string
  readonly connections: Connections | undefined
  /** That it serves, where it speaks TLS. */
  readonly certificate: Pick<Served, 'notAfter' | 'dueAt' | 'endsSoon'> | undefined
  /** Why it cannot use its certificate; empty when it can. */
  readonly unusable: string
  /** How often in a row it was silent. */
  readonly silences: number
  /** Whether it has answered this process, so that it is known to be reachable. */
  readonly hasAnswered: boolean
}

/** By the name of a pod. */
export type Pulses = ReadonlyMap<string, Pulse>

export const UNKNOWN: Pulse = {
  state: 'unknown',
  suspects: [],
  doubted: [],
  version: '',
  connections: undefined,
  certificate: undefined,
  unusable: '',
  silences: 0,
  hasAnswered: false,
}

const ALIVE: Pulse = { ...UNKNOWN, state: 'answering', hasAnswered: true }

/** A process may be slow once: it is silent from so many times in a row. */
const SILENCES = 2

/**
 * What is known after a reply. A process that was slow once, or a server that was gone for a moment, changes nothing.
 * @param maxConnections clients that a router may have
 */
export function pulseAfter(
  before: Pulse,
  reply: Reply,
  component: Component,
  maxConnections = UNLIMITED_CLIENTS,
): Pulse {
  switch (reply.kind) {
    case 'answered':
      return {
        ...(component === 'memcached'
          ? serverAnswered(before, reply.text)
          : routerAnswered(before, reply.text, false, maxConnections)),
        // Where nothing was shown, such as on a connection from before, what was shown last stands.
        certificate: reply.served ?? before.certificate,
        unusable: reply.unusable ?? '',
      }
    case 'full': {
      const isProven = before.silences > 0 || before.state === 'full'
      const now = routerAnswered(before, reply.text, isProven, maxConnections)
      return isProven ? now : { ...now, silences: 1 }
    }
    case 'silent':
      // Where no earlier connection is kept, a process that is full looks like this.
      return before.state === 'full' ? before : silent(before)
    case 'hung':
      return silent(before)
    case 'unreachable': {
      // Where nobody accepts, the kernel's backlog fills up, and then not even connecting works.
      const isStuck = before.state === 'silent' || before.state === 'full'
      return {
        ...(isStuck ? before : { ...UNKNOWN, ...kept(before) }),
        certificate: reply.served ?? before.certificate,
        unusable: reply.unusable ?? (reply.served === undefined ? before.unusable : ''),
      }
    }
  }
}

/** Whether another reply is wanted soon. */
export function isDoubtful({ state, silences, doubted }: Pulse): boolean {
  return doubted.length > 0 || (silences > 0 && state !== 'silent')
}

function silent(before: Pulse): Pulse {
  const silences = before.silences + 1
  const isProven = silences >= SILENCES || before.state === 'silent'
  return isProven ? { ...UNKNOWN, state: 'silent', silences, ...kept(before) } : { ...before, silences }
}

/** What stays known of a process that does not answer. */
function kept({
  hasAnswered,
  version,
  certificate,
  unusable,
}: Pulse): Pick<Pulse, 'hasAnswered' | 'version' | 'certificate' | 'unusable'> {
  return { hasAnswered, version, certificate, unusable }
}

/** memcached.c, drive_machine. */
const FULL = 'ERROR Too many open connections'

function serverAnswered({ connections }: Pulse, text: string): Pulse {
  if (text.startsWith(FULL)) return { ...ALIVE, state: 'full', connections }
  return { ...ALIVE, connections: serverConnections(new Statistics(text), connections) }
}

/** Anything else in place of a version is dropped, since it would be shown to people. */
const VERSION = /^[ -~]{1,80}$/

/** One line for each suspect: `STAT cache-memcached-0.cache-memcached…:11211 status:tko num_failures:2`. */
function routerAnswered(
  { doubted, suspects, connections }: Pulse,
  text: string,
  full: boolean,
  maxConnections: number,
): Pulse {
  const statistics = new Statistics(text)
  const dead = statistics.lines.filter(([, status]) => status?.startsWith('status:tko'))
  const named = [...new Set(dead.map(([server = '']) => server.split(/[.:]/, 1)[0] ?? ''))].toSorted()
  const isProven = (name: string) => suspects.includes(name) || doubted.includes(name)
  const version = statistics.text('version') ?? ''
  return {
    ...ALIVE,
    state: full ? 'full' : 'answering',
    suspects: named.filter(isProven),
    doubted: named.filter((name) => !isProven(name)),
    version: VERSION.test(version) ? version : '',
    connections: routerConnections(statistics, connections, full, maxConnections),
  }
}

/** Names of the routers that hold a server for dead. */
export function suspectedBy(pulses: Pulses, server: string): string[] {
  return [...pulses].filter(([, { suspects }]) => suspects.includes(server)).map(([router]) => router)
}

/** Whether clients get answers from a pod, as far as is known; of a server, through every router that was asked. */
export function serves(pulses: Pulses, { metadata: { name } }: Pod): boolean {
  return pulses.get(name)?.state !== 'silent' && suspectedBy(pulses, name).length === 0
}
