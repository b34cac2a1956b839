import t from 'tap'
import type { Applied } from '../../../reconciler/apply/apply.ts'
import { eventsOf } from '../../../reconciler/apply/events.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import { withOwner } from '../../../reconciler/plan/plan.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { deploymentWith } from '../reconcile-report.ts'

const metadata = { name: 'cache', namespace: 'shop', labels: {} }
const manifest = withOwner({ apiVersion: 'apps/v1', kind: 'Deployment', metadata }, ownerReference(MCROUTER))
const object: KubeObject = { ...manifest, metadata: { ...metadata, uid: 'u', resourceVersion: '1' } }
const child = { ...deploymentWith(2), changedBy: 'kubectl-edit' }
const paths = ['spec.replicas', 'spec.paused', 'spec.template', 'metadata.labels']

const created: Applied = { kind: 'written', change: { action: 'create', manifest }, object }
const configured: Applied = {
  kind: 'written',
  change: { action: 'configure', manifest, child, paths },
  object,
}

const notes = (results: Applied[], drifted = false) =>
  eventsOf(results, new Set(drifted ? results.map(({ change }) => change) : [])).map(
    ({ reason, note }) => `${reason}: ${note}`,
  )

t.test(
  'what a change of the spec leads to is told in one event for what is new and one for what is different',
  async (t) => {
    t.strictSame(notes([created, configured, configured]), [
      'Created: Created Deployment cache',
      'Configured: Changed Deployment cache (spec.replicas, spec.paused, spec.template and 1 more), Deployment cache (spec.replicas, spec.paused, spec.template and 1 more)',
    ])
    t.strictSame(notes([]), [])
  },
)

t.test('that an owner is named in another version is not told', async (t) => {
  const version = 'metadata.ownerReferences[7f3c-1].apiVersion'
  const named = (paths: string[]): Applied => ({
    kind: 'written',
    change: { action: 'configure', manifest, child, paths },
    object,
  })
  t.strictSame(notes([named([version])]), [])
  t.strictSame(notes([named([version, 'spec.replicas'])]), [
    `Configured: Changed Deployment cache (${version}, spec.replicas)`,
  ])
})

t.test('what somebody else did is told object by object, with who it was', async (t) => {
  t.strictSame(notes([created, { ...created, met: true }, configured], true), [
    'DriftCorrected: Deployment cache was deleted; recreated',
    'DriftCorrected: Deployment cache had lost its labels or its owner; restored',
    'DriftCorrected: Deployment cache was changed by kubectl-edit; restored spec.replicas, spec.paused, spec.template and 1 more',
  ])
})

t.test('what failed, what is in the way and what went are told; what has only to wait is not', async (t) => {
  const { change } = created
  const error = new ApiError('exceeded quota: q', { status: 403, reason: 'Forbidden' })
  t.match(notes([{ kind: 'failed', change, error }]), ['ApplyFailed: Deployment cache: exceeded quota: q'])
  t.match(notes([{ kind: 'foreign', change, what: 'Deployment shop/cache' }]), [
    /^NameConflict: Deployment shop\/cache is in the way: [^.]*\. Give the Mcrouter another name$/,
  ])
  t.match(notes([{ kind: 'pruned', change: { action: 'prune', child }, child }]), [
    /^Pruned: Deleted Deployment cache/,
  ])
  t.strictSame(
    notes([
      { kind: 'moved', change },
      { kind: 'waiting', change },
    ]),
    [],
  )
})

t.test('what admission changes is told when it is new, and never as a correction', async (t) => {
  const mutation = { paths: ['spec.template'], by: [], isNew: true }
  const write = { ...configured, mutation }
  const mutated =
    'Mutated: Deployment cache: admission changed spec.template of what was applied; it is accepted'
  t.strictSame(notes([write], true), [
    'DriftCorrected: Deployment cache was changed by kubectl-edit; restored spec.replicas, spec.paused, metadata.labels',
    mutated,
  ])
  const nothing = { ...write, mutation: { ...mutation, paths } }
  t.match(notes([nothing], true), [/^Mutated: /])
  t.match(notes([nothing]), [/^Mutated: /], 'nor as a change')
  t.strictSame(notes([{ ...nothing, mutation: { ...mutation, paths, isNew: false } }], true), [])
  const named = { ...write, mutation: { ...mutation, by: ['image-mirror'] } }
  t.match(notes([named]), [/^Configured/, /admission \(image-mirror\) changed spec\.template/])
})
