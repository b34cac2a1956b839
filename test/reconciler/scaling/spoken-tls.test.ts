import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { plan } from '../../../reconciler/stages/plan.ts'
import { scale } from '../../../reconciler/stages/scale.ts'
import type { Mcrouter } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { podWith, serverPods } from '../pod.ts'
import { passWith } from '../reconcile-context.ts'

const TLS = { secretName: 'pool-tls' }
const SERVERS = 3
const overrides = (isSecured: boolean) => ({
  memcached: { servers: SERVERS, ...(isSecured && { tls: TLS }) },
})

/** In which ways the configuration says that the servers are spoken to. */
async function spoken(wanted: Mcrouter, pods: readonly Pod[], children: readonly Child[]): Promise<string[]> {
  const context = passWith({})
  const { changes } = plan(context, await scale(context, wanted, { children, leftovers: [], pods }))
  const config = changes.flatMap((change) => ('manifest' in change ? [change.manifest] : []))
  const text = at(
    config.find(({ kind }) => kind === 'ConfigMap'),
    'data',
    'config.json',
  )
  const found = String(text).match(/cache-memcached-\d[^"]*:11211[^"]*/g) ?? []
  return [...new Set(found.map((server) => server.replace(/.*:11211/, '')))]
}

const AS_TLS = ':ascii:ssl'
const PLAIN = ''

/** What there is of a pool that was with TLS, or without. */
function childrenOf(isSecured: boolean): Child[] {
  return desiredOf(overrides(isSecured))
    .filter(({ kind }) => kind !== 'ConfigMap')
    .map((manifest) => ({ ...applied(manifest), replicas: manifest.kind === 'StatefulSet' ? SERVERS : 2 }))
}

/** Servers of which the last is replaced: not Ready, since its Secret is missing, or Ready. */
function replacing(isSecured: boolean, ready: boolean): Pod[] {
  const before = serverPods(SERVERS - 1, { tls: !isSecured })
  return [...before, podWith({ ordinal: SERVERS - 1, tls: isSecured, ready, running: ready })]
}

t.test('servers are spoken to as those that run do until one that is replaced is Ready', async (t) => {
  for (const isSecured of [true, false]) {
    const wanted = mcrouterWith(overrides(isSecured))
    const children = childrenOf(!isSecured)
    const [after, before] = isSecured ? [AS_TLS, PLAIN] : [PLAIN, AS_TLS]
    const all = serverPods(SERVERS, { tls: !isSecured })
    t.same(await spoken(wanted, all, children), [before], 'none is replaced')
    t.same(await spoken(wanted, replacing(isSecured, false), children), [before], 'one does not start')
    t.same(await spoken(wanted, replacing(isSecured, true), children), [after])
    t.same(await spoken(wanted, serverPods(SERVERS, { tls: isSecured }), children), [after])
  }
})

t.test('where none runs, or none is of before, they are spoken to as the spec says', async (t) => {
  const wanted = mcrouterWith(overrides(true))
  const of = (pods: readonly Pod[]) => spoken(wanted, pods, childrenOf(true))
  t.same(await of([]), [AS_TLS])
  t.same(await of(serverPods(SERVERS, { tls: true, ready: false, running: false })), [AS_TLS], 'they start')
  t.same(await of(serverPods(SERVERS, { tls: false, ready: false, running: false })), [AS_TLS])
  t.same(await of(serverPods(SERVERS, { tls: false, deleting: true })), [AS_TLS], 'they go')
})
