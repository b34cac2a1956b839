import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { type AskRouters, askFor } from '../../../reconciler/routers/confirm.ts'
import { plan } from '../../../reconciler/stages/plan.ts'
import { render } from '../../../render/index.ts'
import { OLDEST } from '../../../routing/release.ts'
import type { ClientTls } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { TestClock } from '../../support/clock.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { passWith } from '../reconcile-context.ts'
import { scalingWith } from '../scaling/pool.ts'

// What leads out of routers, where others run servers and access is limited.

const CONFIRM_MS = 120_000
const SETTINGS = { clusterDomain: 'cluster.local' }
const asks: AskRouters = async () => []
/** No router takes a connection of the operator's. */
const STRICT: ClientTls = { secretName: 's', port: 5443, plain: false, requireClientCertificate: true }

function withServer(host: string, clientTls?: ClientTls) {
  return {
    access: { from: [{ podSelector: {} }] },
    memcached: { external: [{ host, port: 11211, tls: false }] },
    routers: clientTls === undefined ? {} : { clientTls },
  }
}

const BEFORE = '10.8.0.4'
const AFTER = '10.8.0.5'

interface Situation {
  readonly clientTls?: ClientTls
  readonly confirm?: AskRouters
  /** Since when the configuration with `AFTER` alone is there. */
  readonly published?: { readonly forMs: number; readonly confirmed: boolean }
}

/** The addresses that routers may connect to by the plan for `AFTER`, where the policy is that for `BEFORE`. */
function reachable({ clientTls, confirm, published }: Situation): unknown[] {
  const mcrouter = mcrouterWith(withServer(AFTER, clientTls))
  const now = new TestClock().now()
  const children: Child[] = desiredOf(withServer(BEFORE, clientTls)).map(applied)
  const { digest } = render(mcrouter, SETTINGS)
  const since = published?.confirmed ? now : undefined
  const scaling = scalingWith({
    published: published && {
      digest,
      routed: {},
      features: OLDEST,
      filling: false,
      at: now - published.forMs,
    },
    confirmation: askFor(confirm, mcrouter) && { states: [], since },
  })
  const context = passWith({}, [], undefined, {
    confirm,
    timeouts: { graceMs: 0, confirmMs: CONFIRM_MS, fillMs: 0 },
  })
  const { changes } = plan(context, {
    mcrouter,
    children,
    leftovers: [],
    pods: [],
    held: [],
    scaling,
    now,
  })
  const policy = changes.find((change) => {
    const { kind, metadata } = 'manifest' in change ? change.manifest : change.child
    return kind === 'NetworkPolicy' && metadata.name === 'cache'
  })
  if (policy === undefined) throw new Error('no policy')
  const rules = at('manifest' in policy ? policy.manifest : policy.child.owned, 'spec', 'egress')
  return Object(rules).flatMap(({ to = [] }: { to?: readonly object[] }) =>
    to.flatMap((peer) => at(peer, 'ipBlock', 'cidr') ?? []),
  )
}

const BOTH = [`${AFTER}/32`, `${BEFORE}/32`]

t.test('what is taken away stays open until all routers say that they have read it', async (t) => {
  t.same(reachable({ confirm: asks }), BOTH, 'nothing is published')
  const published = { forMs: 2 * CONFIRM_MS, confirmed: false }
  t.same(reachable({ confirm: asks, published }), BOTH)
  t.same(reachable({ confirm: asks, published: { ...published, confirmed: true } }), [`${AFTER}/32`])
})

t.test('where none is asked it stays as long as routers are given', async (t) => {
  for (const [confirm, clientTls] of [
    [undefined, undefined],
    [asks, STRICT],
  ] as const) {
    const situation = { ...(confirm && { confirm }), ...(clientTls && { clientTls }) }
    const published = { confirmed: false, forMs: CONFIRM_MS - 1 }
    t.same(reachable({ ...situation, published }), BOTH)
    t.same(reachable({ ...situation, published: { ...published, forMs: CONFIRM_MS } }), [`${AFTER}/32`])
  }
})
