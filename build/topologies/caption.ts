import type { Asked, Reason } from './asked.ts'
import type { Placed } from './places.ts'

export interface Drawn {
  /** One, or several that ask the same. */
  readonly operations: string
  readonly key: string
  readonly asked: readonly Asked[]
}

const WHEN: Readonly<Record<Reason, string>> = {
  always: 'at once',
  error: 'if that does not answer',
  miss: 'if that does not have the key',
}

/** What a picture of a request shows, as a sentence. */
export function inWords({ operations, key, asked }: Drawn, { servers }: Placed): string {
  const labels = new Map(servers.map(({ server, label, pool }) => [server, `${label} of pool ${pool}`]))
  const first = asked.filter(({ reason }) => reason === 'always').map(({ server }) => labels.get(server))
  const later = asked
    .filter(({ reason }) => reason !== 'always')
    .map(({ reason, server }) => `${WHEN[reason]}, ${labels.get(server)}`)
  return `${operations} ${key} asks ${[first.join(' and '), ...later].join('; ')}.`
}
