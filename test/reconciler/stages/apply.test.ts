import t from 'tap'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import { type Change, type OwnedManifest, withOwner } from '../../../reconciler/plan/plan.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { applyPlan } from '../../../reconciler/stages/apply.ts'
import { kindsOf, SERVICE } from '../../../render/kinds.ts'
import { TestClock } from '../../support/clock.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { deploymentWith } from '../reconcile-report.ts'

const SECOND = 1_000

const deployment = manifestOf('apps/v1', 'Deployment')
const service = manifestOf('v1', 'Service')
const child = { ...deploymentWith(2), changedBy: 'rival' }
const changedBack: Change = { action: 'configure', manifest: deployment, child, paths: ['spec.replicas'] }
const unchanged: Change = { action: 'unchanged', child }
const missing: Change = { action: 'create', manifest: service }

function manifestOf(apiVersion: string, kind: string): OwnedManifest {
  const metadata = { name: 'cache', namespace: 'shop', labels: {} }
  return withOwner({ apiVersion, kind, metadata }, ownerReference(MCROUTER))
}

function live(manifest: OwnedManifest): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '2' } }
}

/** An API server that has a Service of somebody else's under the name of ours. */
const WITH_STRANGER: Partial<KubeApi> = {
  apply: async (_resource, { kind }) => {
    if (kind === 'Service') throw new ApiError('it exists', { status: 409, reason: 'Conflict' })
    return live(deployment)
  },
  get: async () => ({ ...live(service), metadata: { name: 'cache', uid: 'u-else', resourceVersion: '1' } }),
}

/** Passes with the same memory and the same desire, one a second. */
class Passes {
  readonly events: ReconcilerEvent[] = []
  readonly #state = new ObjectState()
  readonly #clock = new TestClock()
  readonly #calls: Partial<KubeApi>

  constructor(calls: Partial<KubeApi>) {
    this.#calls = calls
  }

  async make(changes: readonly Change[]) {
    await this.#clock.advance(SECOND)
    this.#state.conflicts.begin()
    const rest = { state: this.#state, clock: this.#clock }
    return await applyPlan(passWith(this.#calls, this.events, MCROUTER, rest), {
      changes,
      fingerprint: 'desire',
    })
  }
}

t.test('a fight over one object is held off, also while a stranger has the name of another', async (t) => {
  const passes = new Passes(WITH_STRANGER)
  await passes.make([unchanged, missing])
  for (let pass = 0; pass < 5; pass += 1) await passes.make([changedBack, missing])
  const { faults, requeueAfterMs } = await passes.make([changedBack, missing])
  t.match(faults, [{ reason: 'NameConflict', kind: 'Service' }, { reason: 'FieldConflict' }])
  t.equal(requeueAfterMs, 14 * SECOND)
})

t.test('what was never as desired is made, not corrected', async (t) => {
  const passes = new Passes({
    apply: async (_resource, { kind }) => live(kind === 'Service' ? service : deployment),
  })
  await passes.make([unchanged])
  await passes.make([changedBack, missing])
  t.match(passes.events, [
    { reason: 'Created', note: 'Created Service cache' },
    { reason: 'DriftCorrected', note: /^Deployment cache was changed by rival/ },
  ])
})

t.test('what another controller has to do first is asked for less and less often', async (t) => {
  const going = { ...live(service).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' }
  const passes = new Passes({ ...WITH_STRANGER, get: async () => ({ ...live(service), metadata: going }) })
  const pauses: number[] = []
  for (let pass = 0; pass < 12; pass += 1) pauses.push((await passes.make([missing])).requeueAfterMs)
  t.strictSame(pauses.slice(0, 3), [200, 400, 800])
  t.equal(pauses.at(-1), 5 * SECOND)
})

t.test('what admission changes back at every write is no fight', async (t) => {
  const managedFields = [
    { manager: 'mcrouter-operator', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  ]
  const manifest = { ...deployment, spec: { replicas: 2 } }
  const answer = { ...live(manifest), spec: { replicas: 3 } }
  const passes = new Passes({
    apply: async () => ({ ...answer, metadata: { ...answer.metadata, managedFields } }),
  })
  await passes.make([unchanged])
  const again: Change = { ...changedBack, manifest }
  for (let pass = 0; pass < 9; pass += 1) t.strictSame((await passes.make([again])).faults, [])
  const told = passes.events.filter(({ reason }) => reason !== 'Mutated')
  t.strictSame(told, [])
  t.equal(passes.events.length, 1, 'and is told once')
})

t.test(
  'pods are changed for what they inherit by the Mcrouter of this moment, not by an older one',
  async (t) => {
    const inherit = { labels: ['team'], annotations: [] }
    const of = (team: string): KubeObject => ({
      ...MCROUTER,
      metadata: { ...MCROUTER.metadata, labels: { team } },
    })
    const relabelled: Change = { ...changedBack, paths: ['spec.template.metadata.labels.team'] }
    const carried = async (
      cached: string,
      stored: string,
      changes: readonly Change[],
      rest = { inherit },
    ) => {
      const calls: string[] = []
      const list: KubeApi['list'] = async () => {
        calls.push('list')
        return [of(stored)]
      }
      const apply: KubeApi['apply'] = async () => {
        calls.push('apply')
        return live(deployment)
      }
      const end = await applyPlan(passWith({ list, apply }, [], of(cached), rest), {
        changes,
        fingerprint: '',
      }).then(
        () => 'done',
        (error: unknown) => error,
      )
      return { calls, end }
    }
    t.match(await carried('old', 'new', [relabelled]), { calls: ['list'], end: { conflict: true } })
    t.match(await carried('new', 'new', [relabelled]), { calls: ['list', 'apply'], end: 'done' })
    t.match(await carried('old', 'new', [changedBack]), { calls: ['apply'], end: 'done' })
    const nothing = { inherit: { labels: [], annotations: [] } }
    t.match(await carried('old', 'new', [relabelled], nothing), { calls: ['apply'], end: 'done' })
  },
)

t.test('what an API server does not serve yet is tried again, later each time', async (t) => {
  const refused = {
    apply: () => Promise.reject(new ApiError('no such kind', { status: 404, reason: 'NotFound' })),
  }
  const kinds = kindsOf([{ ...SERVICE, optional: true }])
  const state = new ObjectState()
  const waits: number[] = []
  for (let pass = 0; pass < 3; pass++) {
    state.conflicts.begin()
    const context = { ...passWith(refused, [], undefined, { kinds }), state }
    const { error, requeueAfterMs } = await applyPlan(context, { changes: [missing], fingerprint: 'same' })
    t.equal(error, undefined)
    waits.push(requeueAfterMs)
  }
  t.ok(
    waits.every((ms) => ms > 0 && ms <= 30_000),
    waits.join(),
  )
  t.ok((waits[2] ?? 0) > (waits[0] ?? 0))
})

t.test('a configuration that does not fit into a ConfigMap is called that', async (t) => {
  const refused = {
    apply: () => Promise.reject(new ApiError('Too long', { status: 422, reason: 'Invalid' })),
  }
  const sized = async (bytes: number) => {
    const manifest = { ...manifestOf('v1', 'ConfigMap'), data: { 'config.json': 'x'.repeat(bytes) } }
    const changes: Change[] = [{ action: 'create', manifest }]
    const { faults } = await applyPlan(passWith(refused), { changes, fingerprint: 'same' })
    return faults[0]?.message
  }
  t.match(
    await sized(2 ** 20 + 1),
    /^ConfigMap cache: Too long; the configuration of the routers is larger than a ConfigMap/,
  )
  t.equal(await sized(2 ** 20), 'ConfigMap cache: Too long', 'another reason')
})
