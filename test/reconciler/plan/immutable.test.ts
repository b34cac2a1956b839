import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { record } from '../../../reconciler/observe/untyped.ts'
import { needsNewObject } from '../../../reconciler/plan/immutable.ts'
import { type OwnedManifest, planOf } from '../../../reconciler/plan/plan.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../adoption/predecessor.ts'
import { applied, desiredOf } from './applied.ts'

function manifestOf(kind: string, name: string): OwnedManifest {
  const found = desiredOf().find((one) => one.kind === kind && one.metadata.name === name)
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found
}

function live(manifest: OwnedManifest, spec: JsonObject): KubeObject {
  const metadata = { ...manifest.metadata, uid: 'u', resourceVersion: '1' }
  return { ...manifest, metadata, spec: { ...record(manifest.spec), ...spec } }
}

/** What a plan makes of an object of ours whose spec differs so. */
function planned(manifest: OwnedManifest, spec: JsonObject): string | undefined {
  const child = applied(manifest)
  const owned = { ...child.owned, spec: { ...record(manifest.spec), ...spec } }
  return planOf([manifest], [{ ...child, owned }])[0]?.action
}

t.test('what is as desired can stay', async (t) => {
  for (const manifest of desiredOf())
    t.equal(needsNewObject(manifest, live(manifest, {})), false, `${manifest.kind} ${manifest.metadata.name}`)
})

t.test('what the Ansible operator made has to be made anew', async (t) => {
  for (const [manifest, before] of [
    [manifestOf('Deployment', 'cache'), predecessorsDeployment('cache')],
    [manifestOf('StatefulSet', 'cache-memcached'), predecessorsStatefulSet('cache', 2)],
    [manifestOf('Service', 'cache-memcached'), predecessorsService('cache')],
  ] as const)
    t.equal(
      needsNewObject(manifest, { ...live(manifest, {}), spec: record(before.spec) }),
      true,
      manifest.kind,
    )
})

t.test('a plan and an encounter agree on what no update can change', async (t) => {
  for (const [kind, name, spec, anew] of [
    ['Deployment', 'cache', { selector: { matchLabels: { app: 'x' } } }, true],
    ['Deployment', 'cache', { replicas: 9 }, false],
    ['StatefulSet', 'cache-memcached', { selector: { matchLabels: { app: 'x' } } }, true],
    ['StatefulSet', 'cache-memcached', { serviceName: 'x' }, true],
    ['StatefulSet', 'cache-memcached', { podManagementPolicy: 'OrderedReady' }, true],
    ['StatefulSet', 'cache-memcached', { volumeClaimTemplates: [{ metadata: { name: 'x' } }] }, false],
    ['StatefulSet', 'cache-memcached', { replicas: 9 }, false],
    ['Service', 'cache-memcached', { clusterIP: '10.0.0.1' }, true],
    ['Service', 'cache-memcached', { ports: [] }, false],
  ] as const) {
    const manifest = manifestOf(kind, name)
    const what = `${kind} with ${JSON.stringify(spec)}`
    t.equal(planned(manifest, spec), anew ? 'recreate' : 'configure', `the plan of a ${what}`)
    t.equal(needsNewObject(manifest, live(manifest, spec)), anew, `who meets a ${what}`)
  }
})
