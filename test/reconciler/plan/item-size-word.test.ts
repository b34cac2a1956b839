import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { keepingItemSizeWord } from '../../../reconciler/plan/item-size-word.ts'
import { type OwnedManifest, planOf, withOwner } from '../../../reconciler/plan/plan.ts'
import { render } from '../../../render/index.ts'
import type { Versions } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { effort } from '../../../testing/effort.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { at } from '../../support/at.ts'
import { podWith } from '../pod.ts'
import { applied, desiredOf, OWNER } from './applied.ts'

const OLDER = { ...V1ALPHA3, storage: false }
const NEWER = { ...V1BETA1, storage: true }
const VERSIONS: Versions = { v1alpha3: OLDER, v1beta1: NEWER }

function manifestsOf(object: JsonObject): OwnedManifest[] {
  const judgement = judge(object, { versions: VERSIONS })
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  const { manifests } = render(judgement.mcrouter, { clusterDomain: 'cluster.local' })
  return manifests.map((manifest) => withOwner(manifest, OWNER))
}

/** As the API server has it once v1beta1 is the stored version. */
function converted(object: JsonObject): JsonObject {
  const { spec, ...rest } = convert(object, OLDER, NEWER)
  return { ...rest, spec: NEWER.withDefaults(isJsonObject(spec) ? spec : {}) }
}

t.test('nothing of what a v1alpha3 object expands to changes once it is stored as v1beta1', async (t) => {
  const unchanged = fc.property(validMcrouter(), (object) => {
    const children = manifestsOf(object).map(applied)
    const desired = manifestsOf(converted(object)).map((one) => keepingItemSizeWord(one, children, []))
    const changes = planOf(desired, children).filter(({ action }) => action !== 'unchanged')
    assert.deepEqual(changes, [])
  })
  const run = await fc.check(unchanged, effort(150))
  t.notOk(run.failed, fc.defaultReportMessage(run) ?? `${run.numRuns} generated Mcrouters`)
})

/** The -I of the servers once `wanted` is planned over what `there` made. */
function planned(there: string, wanted: string, image = 'memcached:1.6'): unknown {
  const before = desiredOf({ memcached: { maxItemSize: there, image: 'memcached:1.6' } }).map(applied)
  const manifest = desiredOf({ memcached: { maxItemSize: wanted, image } })
    .map((one) => keepingItemSizeWord(one, before, []))
    .find(({ kind }) => kind === 'StatefulSet')
  const [container] = [at(manifest, 'spec', 'template', 'spec', 'containers', 0)]
  t.equal(at(container, 'image'), image)
  return at(container, 'args', 5)
}

t.test('the word for as many bytes stays, and another size is taken', async (t) => {
  t.equal(planned('33554432', '32m'), '33554432')
  t.equal(planned('32m', '33554432'), '32m')
  t.equal(planned('1024K', '1m', 'memcached:1.6.42'), '1024K', 'beside another change as well')
  t.equal(planned('33554432', '16m'), '16m')
})

t.test('a word that somebody else wrote does not stay', async (t) => {
  const [manifest] = desiredOf().filter(({ kind }) => kind === 'StatefulSet')
  if (manifest === undefined) throw new Error('no StatefulSet')
  const child = applied(manifest)
  // The list of arguments belongs to one manager as a whole: of a changed one nothing is ours.
  const owned = JSON.parse(JSON.stringify(child.owned), (key, value) => (key === 'args' ? undefined : value))
  const kept = keepingItemSizeWord(manifest, [{ ...child, owned }], [])
  t.same(kept, manifest)
  t.match(planOf([kept], [{ ...child, owned }]), [{ action: 'configure' }])
})

t.test('servers that nobody controls any more keep theirs with whatever is made for them', async (t) => {
  const wordAfter = (...servers: readonly Pod[]) => {
    const [manifest] = desiredOf({ memcached: { maxItemSize: '32m' } }).filter(
      ({ kind }) => kind === 'StatefulSet',
    )
    if (manifest === undefined) throw new Error('no StatefulSet')
    const kept = keepingItemSizeWord(manifest, [], servers)
    return at(kept, 'spec', 'template', 'spec', 'containers', 0, 'args', 5)
  }
  t.equal(wordAfter(podWith({ itemSize: '33554432' })), '33554432')
  t.equal(wordAfter(podWith({ itemSize: '16m' }), podWith({ ordinal: 1, itemSize: '32768k' })), '32768k')
  t.equal(wordAfter(podWith({ itemSize: '33554432', deleting: true })), '32m', 'one that goes')
  t.equal(wordAfter(podWith({ itemSize: '16777216' }), podWith()), '32m', 'of another size, or without one')
  t.equal(wordAfter(), '32m')
})
