import t from 'tap'
import { type AskRouters, askFor } from '../../../reconciler/routers/confirm.ts'
import { plan } from '../../../reconciler/stages/plan.ts'
import { render } from '../../../render/index.ts'
import { OLDEST } from '../../../routing/release.ts'
import type { ClientTls } from '../../../schemas/tls.ts'
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
  /** Whether there is a policy yet. */
  readonly isNew?: boolean
  readonly clientTls?: ClientTls
  readonly confirm?: AskRouters
  /** Since when the configuration with `AFTER` alone is there. */
  readonly published?: { readonly forMs: number; readonly confirmed: boolean }
}

/** Where routers may connect to beside own servers and DNS by the plan for `AFTER`, with all there that `BEFORE` has. */
function reachable({ isNew = false, clientTls, confirm, published }: Situation): unknown[] {
  const mcrouter = mcrouterWith(withServer(AFTER, clientTls))
  const now = new TestClock().now()
  const children = desiredOf(withServer(BEFORE, clientTls))
    .filter(({ kind }) => !(isNew && kind === 'NetworkPolicy'))
    .map(applied)
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
  return Object(rules).flatMap((rule: { to?: readonly object[] }) =>
    Object.keys(rule).length === 0
      ? ANYWHERE
      : (rule.to ?? []).flatMap((peer) => at(peer, 'ipBlock', 'cidr') ?? []),
  )
}

const ANYWHERE = 'anywhere'
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

t.test('the first policy closes nothing that a router may still use', async (t) => {
  const open = [`${AFTER}/32`, ANYWHERE]
  t.same(reachable({ isNew: true, confirm: asks }), open, 'access and servers changed together')
  const published = { forMs: 2 * CONFIRM_MS, confirmed: false }
  t.same(reachable({ isNew: true, confirm: asks, published }), open, 'nor did all read what came before')
  t.same(reachable({ isNew: true, confirm: asks, published: { ...published, confirmed: true } }), [
    `${AFTER}/32`,
  ])
  t.same(reachable({ isNew: true, published: { ...published, forMs: CONFIRM_MS - 1 } }), open)
  t.same(reachable({ isNew: true, published }), [`${AFTER}/32`])
})
