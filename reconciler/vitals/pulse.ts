import type { Component } from '../../render/labels.ts'
import type { Reply } from './ask.ts'

/** What is known of how a pod answers. */
export interface Pulse {
  /** Unknown: it could not be reached, or has not been asked yet. Full: it takes no more connections. */
  readonly state: 'answering' | 'silent' | 'full' | 'unknown'
  /** Of a router: the servers that it holds for dead, by the name of their pods. */
  readonly suspects: readonly string[]
  /** Those of the last reply, which one reply alone does not prove. */
  readonly doubted: readonly string[]
  /** Of a server. */
  readonly connections: Connections | undefined
  /** How often in a row it was silent. */
  readonly silences: number
  /** Whether it has answered this process, so that there is a way to it. */
  readonly hasAnswered: boolean
}

export interface Connections {
  /** How often since its start it has refused one, or stopped to take them. */
  readonly refused: number
  /** Whether it refused some since it was asked before, or few are left. */
  readonly exhausted: boolean
}

/** By the name of a pod. */
export type Pulses = ReadonlyMap<string, Pulse>

export const UNKNOWN: Pulse = {
  state: 'unknown',
  suspects: [],
  doubted: [],
  connections: undefined,
  silences: 0,
  hasAnswered: false,
}

const ALIVE: Pulse = { ...UNKNOWN, state: 'answering', hasAnswered: true }

/** A process may be slow once: it is silent from so many times in a row. */
const SILENCES = 2
/** Share of the connections from which on they count as exhausted, and below which they do no longer. */
const CROWDED = 0.95
const ROOMY = 0.85

/** What is known after a reply. A process that was slow once, or a server that was gone for a moment, are no news. */
export function pulseAfter(before: Pulse, reply: Reply, component: Component): Pulse {
  switch (reply.kind) {
    case 'answered':
      return component === 'memcached'
        ? serverAnswered(before, reply.text)
        : routerAnswered(before, reply.text)
    case 'silent': {
      const silences = before.silences + 1
      const isProven = silences >= SILENCES || before.state === 'silent'
      const { hasAnswered } = before
      return isProven ? { ...UNKNOWN, state: 'silent', silences, hasAnswered } : { ...before, silences }
    }
    case 'unreachable':
      // Where nobody accepts, the kernel's queue is full at last, and connections are not even taken.
      return before.state === 'silent' ? before : { ...UNKNOWN, hasAnswered: before.hasAnswered }
  }
}

/** Whether another reply is wanted soon. */
export function isDoubtful({ state, silences, doubted }: Pulse): boolean {
  return doubted.length > 0 || (silences > 0 && state !== 'silent')
}

/** memcached.c, drive_machine. */
const FULL = 'ERROR Too many open connections'

function serverAnswered({ connections: before }: Pulse, text: string): Pulse {
  if (text.startsWith(FULL)) return { ...ALIVE, state: 'full', connections: before }
  const stats = new Map(linesOf(text).map(([, name, value]) => [name, Number(value)]))
  const stat = (name: string) => stats.get(name) ?? 0
  const refused = stat('listen_disabled_num') + stat('rejected_connections')
  const max = stat('max_connections')
  const share = max > 0 ? stat('curr_connections') / max : 0
  const exhausted =
    (before !== undefined && refused > before.refused) ||
    share >= (before?.exhausted === true ? ROOMY : CROWDED)
  return { ...ALIVE, connections: { refused, exhausted } }
}

/** One line for each: `STAT cache-memcached-0.cache-memcached…:11211 status:tko num_failures:2`. */
function routerAnswered({ doubted, suspects }: Pulse, text: string): Pulse {
  const dead = linesOf(text).filter(([, , status]) => status?.startsWith('status:tko'))
  const named = [...new Set(dead.map(([, server = '']) => server.split(/[.:]/, 1)[0] ?? ''))].toSorted()
  const isProven = (name: string) => suspects.includes(name) || doubted.includes(name)
  return {
    ...ALIVE,
    suspects: named.filter(isProven),
    doubted: named.filter((name) => !isProven(name)),
  }
}

function linesOf(text: string): string[][] {
  return text
    .split('\r\n')
    .map((line) => line.split(' ', 4))
    .filter(([word]) => word === 'STAT')
}
