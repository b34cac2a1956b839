import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import type { Child } from '../../../reconciler/observe/child.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import type { AskRouters, RouterState } from '../../../reconciler/routers/confirm.ts'
import type { Lookup } from '../../../reconciler/scaling/lookup.ts'
import { type PoolScaling, type Scaling, scalingOf } from '../../../reconciler/scaling/scaling.ts'
import { OLDEST } from '../../../routing/release.ts'
import { GENERATION_ANNOTATION } from '../../../schemas/well-known.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { podWith, routerPods, serverPods } from '../pod.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { deploymentWith, statefulSetWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const DIGEST = 'published'

interface Situation {
  readonly routers: readonly Pod[]
  /** Which run something else than the published configuration. */
  readonly behind?: Readonly<Record<string, RouterState>>
  /** Servers that run; two are wanted and routed to. */
  readonly running: number
  /** Whether somebody deleted the ConfigMap. */
  readonly unpublished?: boolean
  /** Whether the routers are not of a Deployment of ours (yet). */
  readonly foreign?: boolean
  /** Milliseconds since the configuration was published. */
  readonly age?: number
  /** Since when the status says that all routers run it; milliseconds before now. */
  readonly confirmedFor?: number
  /** Generation of the spec that the configuration was published for; it is 1 now. */
  readonly planned?: number
  /** Servers that the spec asks for: two, like the configuration. */
  readonly wanted?: number
  /** Whether the StatefulSet's controller still has to see its newest spec. */
  readonly unseen?: boolean
  /** Milliseconds since the servers became Ready. */
  readonly readyFor?: number
  readonly lookup?: Lookup
}

/** How a pool that has two servers in its configuration is scaled on, and which routers were asked for that. */
async function scaled(
  situation: Situation,
): Promise<Scaling & PoolScaling & { readonly asked: readonly string[] }> {
  const { routers, behind = {}, running, age = 60_000, confirmedFor, planned = 1, lookup } = situation
  const { wanted = 2, unseen = false, readyFor = 60_000 } = situation
  const asked: string[] = []
  const confirm: AskRouters = async (all) => {
    asked.push(...all.map(({ pod }) => pod))
    return all.map(({ pod }) => behind[pod] ?? { pod, runs: 'published' })
  }
  const config: Child = {
    ...statefulSetWith(0),
    kind: 'ConfigMap',
    appliedAt: NOW - age,
    published: { digest: DIGEST, routed: { main: 2 }, features: OLDEST, filling: false },
    owned: { metadata: { annotations: { [GENERATION_ANNOTATION]: `${planned}` } } },
  }
  const pods = [...serverPods(running, { turnedAt: NOW - readyFor }), ...routers]
  const owned = { metadata: { annotations: { [GENERATION_ANNOTATION]: '1' } } }
  const servers = { ...statefulSetWith(running, unseen ? { observedGeneration: 0 } : {}), owned }
  const children = [
    servers,
    ...(situation.unpublished === true ? [] : [config]),
    ...(situation.foreign === true ? [] : [deploymentWith(2)]),
  ]
  const observed = { mcrouter: MCROUTER, children, leftovers: [], pods }
  const timeouts = { graceMs: 5_000, confirmMs: 120_000, fillMs: 3_600_000 }
  const deps = { confirm, lookup, settings: { clusterDomain: 'cluster.local' }, timeouts }
  const mcrouter = mcrouterWith({ memcached: { servers: wanted } })
  const scaling = await scalingOf(mcrouter, recording(confirmedFor), observed, deps, NOW)
  const [main] = scaling.pools
  if (main === undefined) throw new Error('there is always one pool')
  return { ...scaling, ...main, asked }
}

function recording(confirmedFor: number | undefined): KubeObject {
  const since = confirmedFor === undefined ? {} : { since: new Date(NOW - confirmedFor).toISOString() }
  const servers = ['cache-memcached-0:11211', 'cache-memcached-1:11211']
  return { ...MCROUTER, status: { servers, config: { digest: DIGEST, ...since } } }
}

t.test('no server goes as long as a router that runs may use it, Ready or not', async (t) => {
  const unready = podWith({ name: 'r-9', component: 'mcrouter', ready: false })
  const routers = [...routerPods(2), unready]
  const old = { pod: 'r-9', runs: 'old' } as const
  const waits = await scaled({ running: 4, routers, behind: { 'r-9': old }, confirmedFor: 30_000 })
  t.strictSame(waits.asked, ['r-0', 'r-1', 'r-9'])
  t.match(waits.next, { step: { servers: 4 }, wait: { for: 'confirmation', overdue: false } })
  const overdue = await scaled({ running: 4, routers, behind: { 'r-9': old }, age: 200_000 })
  t.match(overdue, { next: { step: { servers: 4 }, wait: { overdue: true } }, overdue: true })
  const goesOn = await scaled({ running: 4, routers, confirmedFor: 30_000 })
  t.strictSame(goesOn.next, { step: { servers: 2, routed: 2 } })
})

t.test('no server goes before there is a Deployment of ours: other routers may use them', async (t) => {
  const situation = { running: 4, routers: [], confirmedFor: 30_000 }
  t.match((await scaled({ ...situation, foreign: true })).next, { step: { servers: 4 } })
  t.match((await scaled(situation)).next, { step: { servers: 2 } })
})

t.test(
  'a router that is being deleted and does not end holds a shrink up, which is said in time',
  async (t) => {
    const leaving = podWith({ name: 'r-9', component: 'mcrouter', deleting: true })
    const situation = { running: 4, routers: [...routerPods(2), leaving], confirmedFor: 30_000 }
    const waits = await scaled({ ...situation, age: 119_000 })
    t.match(waits, { next: { step: { servers: 4 }, wait: { overdue: false } }, overdue: false })
    const overdue = await scaled({ ...situation, age: 120_000 })
    t.match(overdue, { next: { step: { servers: 4 }, wait: { overdue: true } }, overdue: true })
  },
)

t.test('a router that still starts with the configuration of before holds a shrink up', async (t) => {
  const starting = (turnedAt: number, trouble?: Pod['trouble']) =>
    podWith({ name: 'r-9', component: 'mcrouter', ready: false, running: false, ip: '', turnedAt, trouble })
  const shrink = (router: Pod) =>
    scaled({ running: 4, routers: [...routerPods(2), router], age: 60_000, confirmedFor: 30_000 })
  t.match((await shrink(starting(NOW - 70_000))).next, {
    step: { servers: 4 },
    wait: { for: 'confirmation' },
  })
  t.match((await shrink(starting(NOW - 50_000))).next, { step: { servers: 2 } }, 'it mounted the new one')
  const failing = { reason: 'ImagePullFailed' as const, message: 'no such image' }
  t.match((await shrink(starting(NOW - 70_000, failing))).next, { step: { servers: 2 } })
})

t.test('the grace time is never cut short by the whole seconds of a status', async (t) => {
  const situation = { running: 4, routers: routerPods(2) }
  t.match((await scaled({ ...situation, confirmedFor: 5_900 })).next, { step: { servers: 4 } })
  t.match((await scaled({ ...situation, confirmedFor: 6_000 })).next, { step: { servers: 2 } })
})

t.test('a router that was not Ready when the others confirmed is asked when it is', async (t) => {
  const late = podWith({ name: 'r-9', component: 'mcrouter', turnedAt: NOW - 1_000 })
  const old = { pod: 'r-9', runs: 'old' } as const
  const situation = { running: 2, routers: [...routerPods(1), late], behind: { 'r-9': old } }
  const { confirmation } = await scaled({ ...situation, confirmedFor: 30_000 })
  t.strictSame(confirmation, { states: [{ pod: 'r-0', runs: 'published' }, old], since: undefined })
})

t.test('a router that is not Ready is asked for nothing but a shrink', async (t) => {
  const unready = podWith({ name: 'r-9', component: 'mcrouter', ready: false })
  const { asked, confirmation } = await scaled({ running: 2, routers: [...routerPods(1), unready] })
  t.strictSame(asked, ['r-0'])
  t.equal(confirmation?.since, NOW)
})

t.test('no server goes before the configuration was written for this very spec', async (t) => {
  const routers = routerPods(2)
  const { next } = await scaled({ running: 4, routers, confirmedFor: 30_000, planned: 0 })
  t.match(next, { step: { servers: 4, routed: 2 }, wait: { for: 'confirmation', overdue: false } })
})

t.test('how many servers were routed to is still known when somebody deletes the ConfigMap', async (t) => {
  const { pool } = await scaled({ running: 4, routers: routerPods(2), unpublished: true })
  t.match(pool, { running: 4, routed: undefined, recorded: 2 })
})

t.test('no router uses a server that may be about to be deleted', async (t) => {
  const grown = { running: 4, wanted: 4, routers: routerPods(2) }
  const waits = await scaled({ ...grown, unseen: true })
  t.match(waits.next, { step: { routed: 2 }, wait: { for: 'servers', ordinals: [2, 3] } })
  t.strictSame((await scaled(grown)).next, { step: { servers: 4, routed: 4, filling: true } })
})

t.test('the names of new servers are looked up once all of them are Ready', async (t) => {
  const asked: string[] = []
  const lookup: Lookup = async (host) => {
    asked.push(host)
    return ['10.0.0.1']
  }
  const routers = routerPods(2)
  await scaled({ running: 3, wanted: 4, routers, lookup })
  t.strictSame(asked, [])
  const { next } = await scaled({ running: 4, wanted: 4, routers, lookup })
  t.equal(asked.length, 2)
  t.match(next, { step: { routed: 4 } })
})

t.test('growing goes on without a DNS that does not answer, but never against one that does', async (t) => {
  const grown = { running: 4, wanted: 4, routers: routerPods(2) }
  const routed = async (lookup: Lookup, readyFor: number) =>
    (await scaled({ ...grown, lookup, readyFor })).next.step.routed
  t.equal(await routed(async () => undefined, 119_000), 2)
  t.equal(await routed(async () => undefined, 120_000), 4)
  t.equal(await routed(async () => [], 120_000), 2)
})
