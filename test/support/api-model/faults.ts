import { eventLine, failure } from './index.ts'
import { Reflection } from './reflection.ts'
import type { Fault, Sent } from './session.ts'

// A reflector that was well, and what may happen to it.

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
/** No fault that ends may leave the copy older than this. */
export const STALENESS = 75 * SECOND

export const status = (code: number, reason: string, retryAfter?: string): Fault => ({
  kind: 'status',
  status: code,
  reason,
  ...(retryAfter !== undefined && { retryAfter }),
})
export const isWatch = ({ query }: Sent) => query.get('watch') === 'true'

/** A reflector in its tenth healthy minute, with three objects. */
export async function settled(): Promise<Reflection> {
  const it = new Reflection()
  for (const name of ['a', 'b', 'c']) it.put(name, 'one')
  await it.start()
  for (let minutes = 0; minutes < 9; minutes += 1) {
    await it.clock.advance(MINUTE)
    it.model.bookmark()
  }
  await it.clock.advance(30 * SECOND)
  return it
}

/** Every kind of change at once. */
export function stir(it: Reflection): void {
  it.put('a', 'two')
  it.remove('b')
  it.put('d', 'one')
}

/** No two seconds with more than two requests. */
export function bounded(it: Reflection): boolean {
  const times = it.session.sent.map(({ atMs }) => atMs)
  return times.every((at, index) => times.slice(index).filter((other) => other - at < 2 * SECOND).length <= 4)
}

/** What may happen to a watch, by name. */
export const broken: readonly [name: string, breakIt: (it: Reflection) => void][] = [
  ['the connection is reset', (it) => it.model.broadcast((feed) => feed.fail(new Error('read ECONNRESET')))],
  ['the server closes it', (it) => it.model.broadcast((feed) => feed.end())],
  [
    'the body is cut inside an event',
    (it) =>
      it.model.broadcast((feed) => {
        feed.write('{"type":"MODIFIED","object":{"meta')
        feed.end()
      }),
  ],
  ['a line is garbage', (it) => it.model.broadcast((feed) => feed.write('<html>502 Bad Gateway</html>\n'))],
  ['a line is JSON but no event', (it) => it.model.broadcast((feed) => feed.write('[1,2,3]\n'))],
  [
    'an event has an object without metadata',
    (it) => it.model.broadcast((feed) => feed.write(eventLine('MODIFIED', { kind: 'ConfigMap' }))),
  ],
  [
    'the server reports an internal error',
    (it) =>
      it.model.broadcast((feed) =>
        feed.write(eventLine('ERROR', failure(500, 'InternalError', 'etcd').body)),
      ),
  ],
  [
    'the server reports that the version is too old',
    (it) =>
      it.model.broadcast((feed) => feed.write(eventLine('ERROR', failure(410, 'Expired', 'too old').body))),
  ],
]

/** What the API server may answer to everything. */
export const refusals: readonly Fault[] = [
  { kind: 'reset' },
  status(500, 'InternalError'),
  status(503, 'ServiceUnavailable'),
  status(429, 'TooManyRequests'),
  status(504, 'Timeout'),
  status(401, 'Unauthorized'),
  status(403, 'Forbidden'),
  status(404, 'NotFound'),
]
