import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { plan } from '../../../reconciler/stages/plan.ts'
import { scale } from '../../../reconciler/stages/scale.ts'
import type { Reach } from '../../../render/rendering.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { podWith, serverPods } from '../pod.ts'
import { passWith } from '../reconcile-context.ts'

const SERVERS = 3
const PLAIN: Reach = { port: 11211, tls: false }
const AS_TLS: Reach = { port: 11211, tls: true }
const ELSEWHERE: Reach = { port: 21211, tls: false }
const FURTHER: Reach = { port: 31211, tls: false }

const overrides = ({ port, tls }: Reach) => ({
  memcached: { servers: SERVERS, port, ...(tls && { tls: { secretName: 'pool-tls' } }) },
})

/** In which ways the configuration says that the servers of a pool are reached, whose spec changes from one way to another. */
async function reached(before: Reach, after: Reach, pods: readonly Pod[]): Promise<Reach[]> {
  const context = passWith({})
  const observed = { children: childrenOf(before), leftovers: [], pods }
  const { changes } = plan(context, await scale(context, mcrouterWith(overrides(after)), observed))
  const config = changes.flatMap((change) => ('manifest' in change ? [change.manifest] : []))
  const text = at(
    config.find(({ kind }) => kind === 'ConfigMap'),
    'data',
    'config.json',
  )
  const servers = String(text).match(/cache-memcached-\d[^"]*/g) ?? []
  const ways = new Set(servers.map((server) => server.replace(/^.*?:/, '')))
  return [...ways].map((way) => ({ port: Number.parseInt(way, 10), tls: way.endsWith(':ascii:ssl') }))
}

/** What there is of a pool that was reached so. */
function childrenOf(before: Reach): Child[] {
  return desiredOf(overrides(before))
    .filter(({ kind }) => kind !== 'ConfigMap')
    .map((manifest) => ({ ...applied(manifest), replicas: manifest.kind === 'StatefulSet' ? SERVERS : 2 }))
}

/** Servers of which the last is replaced: not Ready, since it does not start, or Ready. */
function replacing(before: Reach, after: Reach, ready: boolean): Pod[] {
  const staying = serverPods(SERVERS - 1, { ...before })
  return [...staying, podWith({ ...after, ordinal: SERVERS - 1, ready, running: ready })]
}

const CHANGES = [
  [PLAIN, AS_TLS],
  [AS_TLS, PLAIN],
  [PLAIN, ELSEWHERE],
  [ELSEWHERE, AS_TLS],
] as const

t.test('servers are reached as those that run are until one that is replaced is Ready', async (t) => {
  for (const [before, after] of CHANGES) {
    const found = (pods: readonly Pod[]) => reached(before, after, pods)
    t.same(await found(serverPods(SERVERS, { ...before })), [before], 'none is replaced')
    t.same(await found(replacing(before, after, false)), [before], 'one does not start')
    t.same(await found(replacing(before, after, true)), [after])
    t.same(await found(serverPods(SERVERS, { ...after })), [after])
  }
})

t.test('where none runs, or none is of before, they are reached as the spec says', async (t) => {
  for (const [before, after] of CHANGES) {
    const found = (pods: readonly Pod[]) => reached(before, after, pods)
    t.same(await found([]), [after])
    t.same(
      await found(serverPods(SERVERS, { ...after, ready: false, running: false })),
      [after],
      'they start',
    )
    t.same(await found(serverPods(SERVERS, { ...before, ready: false, running: false })), [after])
    t.same(await found(serverPods(SERVERS, { ...before, deleting: true })), [after], 'they go')
  }
})

t.test('of several ways they are reached in that of most, and of those that are Ready', async (t) => {
  const last = podWith({ ...FURTHER, ordinal: 3, ready: false, running: true })
  const [first, second] = [podWith({ ...PLAIN, ordinal: 0 }), podWith({ ...ELSEWHERE, ordinal: 1 })]
  const third = podWith({ ...ELSEWHERE, ordinal: 2 })
  t.same(await reached(ELSEWHERE, FURTHER, [first, second, third, last]), [ELSEWHERE])
  const starting = [second, third].map((pod) => ({ ...pod, ready: false }))
  t.same(await reached(ELSEWHERE, FURTHER, [first, ...starting, last]), [PLAIN])
})

t.test('a container that names no port is taken to listen on that of the spec', async (t) => {
  t.same(await reached(PLAIN, ELSEWHERE, serverPods(SERVERS, { port: 0 })), [ELSEWHERE])
})
