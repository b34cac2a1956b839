import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { applyAll, type Write } from '../../../reconciler/apply/apply.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { identity, type OwnedManifest } from '../../../reconciler/plan/plan.ts'
import { refersTo } from '../../../reconciler/plan/references.ts'
import { kindsOf, POD_DISRUPTION_BUDGET } from '../../../render/kinds.ts'
import { effort } from '../../../testing/effort.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { passWith } from '../reconcile-context.ts'

const DESIRED = desiredOf()

function live(manifest: OwnedManifest): KubeObject {
  return { ...manifest, metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '2' } }
}

/** What is written and what is withheld where all of it is new, and strangers have those names. */
async function applying(strangers: ReadonlySet<string>, changes: readonly Write[] = creations()) {
  const written: string[] = []
  const pass = passWith({
    apply: async ({ kind }, { metadata }) => {
      const manifest = DESIRED.find((one) => identity(one) === `${kind} ${Object(metadata).name}`)
      if (manifest === undefined) throw new Error('nothing else is applied')
      if (strangers.has(identity(manifest))) throw new ApiError('taken', { status: 409, reason: 'Conflict' })
      written.push(identity(manifest))
      return live(manifest)
    },
    get: async ({ apiVersion, kind }, { name }) => ({
      apiVersion,
      kind,
      metadata: { name, namespace: 'shop', uid: 'u-else', resourceVersion: '1' },
    }),
  })
  const results = await applyAll(pass, changes)
  const withheld = results.filter(({ kind }) => kind === 'withheld')
  return {
    written: new Set(written),
    withheld: withheld.map(({ change }) => ('manifest' in change ? identity(change.manifest) : '')),
  }
}

function creations() {
  return DESIRED.map((manifest) => ({ action: 'create' as const, manifest }))
}

t.test('nothing that refers to somebody else’s object is written, and all else is', async () => {
  const strangers = fc.subarray(DESIRED.map(identity)).map((names) => new Set(names))
  await fc.assert(
    fc.asyncProperty(strangers, async (taken) => {
      const { written } = await applying(taken)
      const isSafe = (manifest: OwnedManifest): boolean =>
        !taken.has(identity(manifest)) &&
        DESIRED.filter((one) => refersTo({ name: 'cache' }, manifest, one)).every(isSafe)
      assert.deepEqual([...written].sort(), DESIRED.filter(isSafe).map(identity).sort())
    }),
    effort(200),
  )
})

t.test(
  'a Deployment is neither made nor changed while a stranger has the name of its ConfigMap',
  async (t) => {
    const taken = new Set(['ConfigMap cache-config'])
    t.strictSame((await applying(taken)).withheld, ['Deployment cache'])
    const changes = creations().map((change) =>
      change.manifest.kind === 'ConfigMap'
        ? change
        : {
            action: 'configure' as const,
            manifest: change.manifest,
            child: applied(change.manifest),
            paths: ['spec.template'],
          },
    )
    t.strictSame((await applying(taken, changes)).withheld, ['Deployment cache'])
  },
)

t.test(
  'an object of an optional kind that has just ceased to be served is no failure; of any other it is',
  async (t) => {
    const kindsWith = (optional: boolean) => kindsOf([{ ...POD_DISRUPTION_BUDGET, optional }])
    const budgets = creations().filter(({ manifest }) => manifest.kind === POD_DISRUPTION_BUDGET.kind)
    for (const [status, reason] of [
      [404, 'NotFound'],
      [405, 'MethodNotAllowed'],
    ] as const) {
      const apply = async () => {
        throw new ApiError('gone', { status, reason })
      }
      for (const optional of [true, false]) {
        const pass = passWith({ apply }, [], undefined, { kinds: kindsWith(optional) })
        const results = await applyAll(pass, budgets)
        t.ok(results.length > 0)
        for (const { kind } of results) t.equal(kind, optional ? 'withheld' : 'failed', reason)
      }
    }
  },
)
