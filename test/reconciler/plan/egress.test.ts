import t from 'tap'
import { keepingEgress } from '../../../reconciler/plan/egress.ts'
import type { OwnedManifest } from '../../../reconciler/plan/plan.ts'
import { at } from '../../support/at.ts'
import { applied, desiredOf } from './applied.ts'

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
  t.equal(keepingEgress(after, [], false), after)
})

t.test('nothing else is kept', async (t) => {
  const [before, after] = [desiredOf(), desiredOf({ memcached: { port: 21211 } })].map((all) =>
    all.find(({ kind }) => kind === 'Service'),
  )
  if (before === undefined || after === undefined) throw new Error('no Service')
  t.equal(keepingEgress(after, [applied(before)], false), after)
})
