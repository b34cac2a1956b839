import t from 'tap'
import { keepingEgress, narrowedAfter } from '../../../reconciler/plan/egress.ts'
import type { OwnedManifest } from '../../../reconciler/plan/plan.ts'
import { OLDEST } from '../../../routing/release.ts'
import { at } from '../../support/at.ts'
import { applied, desiredOf } from './applied.ts'

const PUBLISHED = { digest: 'd', routed: {}, features: OLDEST, filling: false }
const ACCESS = { from: [{ podSelector: {} }] }

/** The policy of routers, some of whose servers others run. */
function routersPolicy(...hosts: string[]): OwnedManifest {
  const external = hosts.map((host) => ({ host, port: 11211, tls: false }))
  const found = desiredOf({ access: ACCESS, ...(hosts.length > 0 && { memcached: { external } }) }).find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'cache',
  )
  if (found === undefined) throw new Error('no NetworkPolicy')
  return found
}

const rules = (manifest: OwnedManifest) => Object(at(manifest, 'spec', 'egress'))

t.test(
  'what leads to servers of the configuration before stays until every router has read the next',
  async (t) => {
    const [before, after] = [routersPolicy('10.8.0.4', '10.8.0.5'), routersPolicy('10.8.0.4')]
    const both = keepingEgress(after, [applied(before)], false)
    t.same(rules(both), [...rules(after), rules(before).at(-1)])
    t.equal(keepingEgress(after, [applied(before)], true), after, 'and goes then')
    t.same(keepingEgress(after, [applied(both)], false), both, 'but is kept once')
  },
)

t.test('what routers are to reach is open at once', async (t) => {
  const [before, after] = [routersPolicy(), routersPolicy('10.8.0.4')]
  t.equal(keepingEgress(after, [applied(before)], false), after)
})

t.test(
  'where nothing is closed yet, nothing is before every router has read the configuration',
  async (t) => {
    const policy = routersPolicy('10.8.0.4')
    const first = keepingEgress(policy, [], false)
    t.same(rules(first), [...rules(policy), {}])
    t.same(at(first, 'spec', 'ingress'), at(policy, 'spec', 'ingress'), 'who may connect is limited at once')
    t.same(keepingEgress(policy, [applied(first)], false), first)
    t.equal(keepingEgress(policy, [applied(first)], true), policy)
    t.equal(keepingEgress(policy, [], true), policy)
  },
)

t.test('rules do not pile up while nobody confirms, and no server that may be used is cut off', async (t) => {
  const anyTcp = { ports: [{ protocol: 'TCP' }] }
  const edited = (hostsOf: (edit: number) => string[], edits: number) => {
    let live = routersPolicy('10.8.0.4')
    for (let edit = 0; edit < edits; edit += 1) {
      live = keepingEgress(routersPolicy(...hostsOf(edit)), [applied(live)], false)
    }
    return rules(live)
  }
  const own = rules(routersPolicy('10.9.0.1')).length
  const oneByOne = (edit: number) => [`10.9.${edit >> 8}.${edit & 255}`]
  t.equal(edited(oneByOne, 100).length, own + 100, 'each is kept')
  t.same(edited(oneByOne, 101).slice(own), [anyTcp], 'all of them, in one rule')
  t.same(edited(oneByOne, 150).slice(own), [anyTcp], 'which stands for those that follow')
  const many = (edit: number) =>
    Array.from({ length: 1000 }, (_, host) => `10.${edit}.${host >> 8}.${host & 255}`)
  t.equal(edited(many, 5).length, own + 5)
  t.same(edited(many, 6).slice(own), [anyTcp], 'addresses are counted too')
  const narrowed = routersPolicy('10.8.0.4')
  t.equal(keepingEgress(narrowed, [applied({ ...narrowed, spec: { egress: [anyTcp] } })], true), narrowed)
})

t.test('servers connect to nothing in any case', async (t) => {
  const policies = desiredOf({ access: ACCESS }).filter(({ kind }) => kind === 'NetworkPolicy')
  const ofServers = policies.filter(({ metadata }) => metadata.name !== 'cache')
  t.equal(ofServers.length, 1)
  for (const policy of ofServers) t.equal(keepingEgress(policy, [], false), policy)
})

t.test('nothing else is kept', async (t) => {
  const [before, after] = [desiredOf(), desiredOf({ memcached: { port: 21211 } })].map((all) =>
    all.find(({ kind }) => kind === 'Service'),
  )
  if (before === undefined || after === undefined) throw new Error('no Service')
  t.equal(keepingEgress(after, [applied(before)], false), after)
})

t.test('routers that nobody asks are waited for where there is something to narrow', async (t) => {
  const children = desiredOf({ access: ACCESS }).map((manifest) => ({
    ...applied(manifest),
    ...(manifest.kind === 'ConfigMap' && { appliedAt: 1_000, published: PUBLISHED }),
  }))
  t.equal(narrowedAfter(children, 60_000, 2_000), 59_000)
  t.equal(narrowedAfter(children, 60_000, 61_000), Number.POSITIVE_INFINITY, 'it is over')
  const without = (unwanted: string) => children.filter(({ kind }) => kind !== unwanted)
  t.equal(narrowedAfter(without('NetworkPolicy'), 60_000, 2_000), Number.POSITIVE_INFINITY)
  t.equal(narrowedAfter(without('ConfigMap'), 60_000, 2_000), Number.POSITIVE_INFINITY)
})
