import t from 'tap'
import type { WorkloadStatus } from '../../../reconciler/kube/built-in.ts'
import type { Child } from '../../../reconciler/observe/child.ts'
import { fenced } from '../../../reconciler/plan/fence.ts'
import { applicable, type OwnedManifest, withOwner } from '../../../reconciler/plan/plan.ts'
import { zoneByZone } from '../../../reconciler/plan/zone-by-zone.ts'
import { render } from '../../../render/index.ts'
import { at } from '../../support/at.ts'
import { podWith } from '../pod.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { mcrouterInZones } from '../scaling/zones-spec.ts'
import { applied, OWNER } from './applied.ts'

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']
const REPLICAS = 2
const inZones = (memoryMb: number) => mcrouterInZones({ main: REPLICAS }, ZONES, memoryMb)
const OLD = inZones(64)
const NEW = inZones(128)
const REST: WorkloadStatus = { availableReplicas: REPLICAS, currentRevision: 'a', updateRevision: 'a' }

type Condition = 'old' | 'new' | 'rolling' | 'sick' | 'sick and new' | 'empty' | 'of an older spec'

const STATUS: Readonly<Partial<Record<Condition, WorkloadStatus>>> = {
  rolling: { ...REST, updateRevision: 'b' },
  sick: { ...REST, availableReplicas: 1 },
  'sick and new': { ...REST, availableReplicas: 1 },
  empty: { ...REST, availableReplicas: 0 },
}

function manifestsOf(mcrouter: typeof OLD): OwnedManifest[] {
  return render(mcrouter, { clusterDomain: 'cluster.local' })
    .manifests.filter(({ kind }) => kind === 'StatefulSet')
    .map((manifest) => withOwner(fenced(manifest, MCROUTER), OWNER))
}

function childOf(manifest: OwnedManifest, condition: Condition): Child {
  const generation = { ...MCROUTER, metadata: { ...MCROUTER.metadata, generation: 0 } }
  const own = condition === 'of an older spec' ? withOwner(fenced(manifest, generation), OWNER) : manifest
  return { ...applied(own), replicas: REPLICAS, status: STATUS[condition] ?? REST }
}

/** Which copies get the new template where they are in these conditions, and whether the next pass is to follow at once. */
function decided(...conditions: readonly Condition[]) {
  const [before, after] = [manifestsOf(OLD), manifestsOf(NEW)]
  const children = conditions.flatMap((condition, copy) => {
    const manifest = (condition === 'new' || condition === 'sick and new' ? after : before)[copy]
    return manifest === undefined ? [] : [childOf(manifest, condition)]
  })
  const ready = (condition: Condition) =>
    condition === 'empty' ? 0 : condition.startsWith('sick') ? 1 : REPLICAS
  const pods = conditions.flatMap((condition, copy) =>
    Array.from({ length: ready(condition) }, (_, ordinal) => podWith({ copy, ordinal })),
  )
  const { desired, waiting, again } = zoneByZone(after, NEW, MCROUTER, { children, pods }, applicable)
  const isNew = (manifest: OwnedManifest) =>
    JSON.stringify(at(manifest, 'spec', 'template')).includes('"-m","128"')
  return { get: desired.flatMap((manifest, copy) => (isNew(manifest) ? [copy] : [])), waiting, again }
}

function turns(...conditions: readonly Condition[]) {
  const { get, again } = decided(...conditions)
  return { get, again }
}

t.test('where all is well, one copy after another gets a new template', async (t) => {
  t.strictSame(turns('old', 'old', 'old'), { get: [0], again: false })
  t.strictSame(turns('new', 'old', 'old'), { get: [0, 1], again: false })
  t.strictSame(turns('new', 'new', 'old'), { get: [0, 1, 2], again: false })
  t.strictSame(turns('new', 'new', 'new'), { get: [0, 1, 2], again: false })
})

t.test('those that wait are named', async (t) => {
  t.strictSame(decided('old', 'old', 'old').waiting, ['StatefulSet cache-copy-1', 'StatefulSet cache-copy-2'])
  t.strictSame(decided('new', 'new', 'new').waiting, [])
})

t.test('none while another has it and is not done with it', async (t) => {
  t.strictSame(turns('sick and new', 'old', 'old').get, [0])
  t.strictSame(turns('sick and new', 'sick', 'old').get, [0], 'not even one that could be helped')
})

t.test('one that is not well comes first, above all if its pods are being replaced', async (t) => {
  t.strictSame(turns('old', 'sick', 'old').get, [1])
  t.strictSame(turns('old', 'sick', 'rolling').get, [2], 'with what a spec of meanwhile said')
})

t.test('what holds nothing waits for nobody', async (t) => {
  t.strictSame(turns('empty', 'empty', 'empty').get, [0, 1, 2])
  t.strictSame(turns('sick and new', 'empty', 'old').get, [0, 1])
})

t.test('before all are of this spec, a late decision of an older one could give it to another', async (t) => {
  t.strictSame(turns('old', 'of an older spec', 'old'), { get: [], again: true })
  t.strictSame(turns('new', 'of an older spec', 'new'), { get: [0, 2], again: true })
})
