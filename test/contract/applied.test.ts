import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { FIELD_MANAGER } from '../../reconciler/kube/objects.ts'
import { objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import { transformChild } from '../../reconciler/observe/child.ts'
import { type OwnedManifest, planOf } from '../../reconciler/plan/plan.ts'
import { desiredObjects } from '../../reconciler/stages/plan.ts'
import { resourceOf } from '../../reconciler/write.ts'
import { KINDS } from '../../render/kinds.ts'
import { serversIn } from '../../schemas/layout.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { ACCESS_ANNOTATION } from '../../schemas/well-known.ts'
import { effort } from '../../testing/effort.ts'
import { validMcrouter } from '../support/arbitrary/mcrouter.ts'
import { startBareCluster } from '../support/bare-cluster.ts'

const { controlPlane, createNamespace } = await startBareCluster(t)
await createNamespace('applied')

const CLIENTS = [
  { podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['web'] }] } },
  { namespaceSelector: {} },
  { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
]
/** A Deployment is there, before which no NetworkPolicy is made (reconciler/adoption/network-policy.ts). */
const ROUTERS = transformChild({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'other', uid: 'u-2', resourceVersion: '1' },
})

/** What an apply of the operator would make. */
async function made(manifest: OwnedManifest): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = manifest
  const query = { fieldManager: FIELD_MANAGER, force: true, dryRun: 'All' }
  const path = withQuery(objectPath(resourceOf(KINDS, manifest), metadata), query)
  const contentType = 'application/apply-patch+yaml'
  const { body, status, text } = await controlPlane.client.request('PATCH', path, {
    body: { ...manifest },
    contentType,
  })
  if (status !== 201) throw new Error(text)
  return { ...body, apiVersion, kind, metadata: { resourceVersion: '1', ...Object(body.metadata) } }
}

t.test('whatever the API server makes of what is applied, nothing is left to plan', async (t) => {
  const planned = fc.asyncProperty(validMcrouter(), async (object) => {
    const metadata = {
      ...Object(object.metadata),
      annotations: { [ACCESS_ANNOTATION]: JSON.stringify(CLIENTS) },
      namespace: 'applied',
      uid: 'u-1',
      resourceVersion: '1',
    }
    const stored: KubeObject = {
      ...object,
      apiVersion: String(object.apiVersion),
      kind: String(object.kind),
      metadata,
    }
    const judgement = judge(stored)
    if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
    const servers = Math.min(20, serversIn(judgement.mcrouter.pools[0]))
    const settings = {
      clusterDomain: 'cluster.local',
      steps: new Map([[MAIN_POOL, { servers, routed: servers }]]),
    }
    const { desired } = desiredObjects(
      judgement.mcrouter,
      stored,
      { children: [ROUTERS], pods: [], held: [] },
      settings,
    )
    const objects = await Promise.all(desired.map(made))
    const plan = planOf(desired, objects.map(transformChild))
    assert.deepEqual(
      plan.filter(({ action }) => action !== 'unchanged').map((change) => 'paths' in change && change.paths),
      [],
    )
  })
  const run = await fc.check(planned, effort(150))
  t.notOk(run.failed, fc.defaultReportMessage(run) ?? `${run.numRuns} generated Mcrouters`)
})
