import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { desiredObjects } from '../../../reconciler/stages/plan.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { MAIN_POOL, type Mcrouter, type Release } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { applied } from '../plan/applied.ts'
import { routerPods } from '../pod.ts'
import { MCROUTER } from '../reconcile-context.ts'

const SEEN = { observedGeneration: 1 }
const ROLLED_OUT = { ...SEEN, replicas: 2, updatedReplicas: 2 }
const NEW_IMAGE = 'registry.example.com/mcrouter:0.41'

interface Situation {
  /** Status of the Deployment. */
  readonly status?: JsonObject
  readonly without?: readonly string[]
  readonly pods?: readonly Pod[]
}

function mcrouterOf(release: Release, image = 'registry.example.com/mcrouter:0.37'): Mcrouter {
  return mcrouterWith({ routers: { release, image } })
}

function manifestsOf(mcrouter: Mcrouter, children: readonly Child[] = [], pods: readonly Pod[] = []) {
  const steps = new Map([[MAIN_POOL, { servers: 2, routed: 2 }]])
  const observed = { children, pods, held: [] }
  return desiredObjects(mcrouter, MCROUTER, observed, { clusterDomain: 'cluster.local', steps }).desired
}

/** What is there once everything was applied for `before`. */
function childrenOf(before: Mcrouter, { status = ROLLED_OUT, without = [] }: Situation): Child[] {
  const made = manifestsOf(before).filter(({ kind }) => !without.includes(kind))
  return made.map((manifest) => {
    const child = applied(manifest)
    if (manifest.kind !== 'ConfigMap') {
      return { ...child, metadata: { ...child.metadata, generation: 1 }, replicas: 2, status }
    }
    return { ...child, published: publishedIn({ metadata: child.metadata, data: Object(manifest.data) }) }
  })
}

/** Whether the configuration for `now` has what release 37 refuses and ignores, where all is as it was for `before`. */
function usesNewer(now: Mcrouter, before: Mcrouter, situation: Situation = {}): boolean {
  const manifests = manifestsOf(now, childrenOf(before, situation), situation.pods)
  const config = at(
    manifests.find(({ kind }) => kind === 'ConfigMap'),
    'data',
    'config.json',
  )
  return /"gat"|"connect_timeout"/.test(String(config))
}

t.test('a new Mcrouter gets the configuration of its release at once', async (t) => {
  const config = manifestsOf(mcrouterOf('41')).find(({ kind }) => kind === 'ConfigMap')
  t.match(at(config, 'data', 'config.json'), /"gat"/)
})

t.test('routers before a newer release can start again until the last of them is replaced', async (t) => {
  const old = mcrouterOf('37')
  const now = mcrouterOf('41', NEW_IMAGE)
  t.equal(usesNewer(now, old), false, 'the Deployment is still to be changed')
  const changed = mcrouterOf('37', NEW_IMAGE)
  t.equal(usesNewer(now, changed, { status: { ...ROLLED_OUT, observedGeneration: 0 } }), false, 'unseen')
  t.equal(usesNewer(now, changed, { status: { ...SEEN, replicas: 3, updatedReplicas: 1 } }), false, 'stuck')
  t.equal(usesNewer(now, changed), true, 'all are replaced')
})

t.test('a newer release of the same image replaces nobody to be waited for', async (t) => {
  t.equal(usesNewer(mcrouterOf('41'), mcrouterOf('37')), true)
  const scaled = mcrouterWith({ routers: { ...mcrouterOf('41').routers, replicas: 5 } })
  t.equal(usesNewer(scaled, mcrouterOf('37')), true, 'nor does their number')
})

t.test('an older release is published before its routers start', async (t) => {
  t.equal(usesNewer(mcrouterOf('37'), mcrouterOf('41', NEW_IMAGE)), false)
})

t.test('a rollout of the same release leaves the configuration as it is', async (t) => {
  t.equal(usesNewer(mcrouterOf('41', NEW_IMAGE), mcrouterOf('40')), true)
})

t.test('where nobody knows what the routers can read, it is what all can', async (t) => {
  const now = mcrouterOf('41', NEW_IMAGE)
  const gone = { without: ['ConfigMap'] }
  t.equal(usesNewer(now, mcrouterOf('37'), gone), false, 'somebody deleted the ConfigMap')
  t.equal(usesNewer(now, now, gone), true, 'and all routers are of this release')
  const orphaned = { without: ['Deployment'], pods: routerPods(2) }
  t.equal(usesNewer(now, mcrouterOf('37'), orphaned), false, 'the Deployment, and its pods were orphaned')
})
