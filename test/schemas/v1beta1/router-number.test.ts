import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import { judgeStored } from '../../../schemas/conversion/stored-form.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { routerResources } from '../../../schemas/resources.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { at } from '../../support/at.ts'
import { objectOf, said } from './judged.ts'
import { BOTH, V1BETA1 } from './version.ts'

const AUTOSCALING = { min: 2, max: 10, cpu: 70 }
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What is stored of an update, and what is warned of. */
function updated(router: JsonObject, before: JsonObject, metadata: JsonObject = {}) {
  const stored = objectOf(V1BETA1.withDefaults({ router: before }))
  const judgement = judge(objectOf({ router }, metadata), { versions: BOTH, stored })
  if (!judgement.accepted) return { refused: judgement.violations.map(({ path }) => path) }
  const { replicas, autoscaling } = Object(judgement.spec.router)
  return { replicas, autoscaling, warnings: judgement.warnings.filter((one) => /autoscaling/.test(one)) }
}

t.test('two routers, unless it is said otherwise', async (t) => {
  const replicas = (spec: JsonObject) => at(V1BETA1.withDefaults(spec), 'router', 'replicas')
  t.equal(replicas({}), 2)
  t.equal(replicas({ router: { replicas: 5 } }), 5)
  t.equal(replicas({ router: { autoscaling: AUTOSCALING } }), undefined)
})

t.test('so many and as many as are needed is said in vain', async (t) => {
  t.match(said({ router: { replicas: 3, autoscaling: AUTOSCALING } }), [
    'spec.router.replicas: Invalid value: 3: must be left out with router.autoscaling, which says how many routers there are: from 2 to 10',
  ])
  t.match(said({ router: { autoscaling: { ...AUTOSCALING, min: 11 } } }), [
    'spec.router.autoscaling.min: Invalid value: 11: must not be more than max, which is 10',
  ])
  t.match(said({ router: { autoscaling: { min: 2, max: 10 } } }), [
    /^spec\.router\.autoscaling\.cpu: Required/,
  ])
  t.match(said({ memcached: { maxConnections: 64 }, router: { autoscaling: { ...AUTOSCALING, max: 50 } } }), [
    /^spec\.memcached\.maxConnections: .* twice router\.autoscaling\.max/,
  ])
})

t.test(
  'a number that was filled in gives way to autoscaling, and one that somebody writes does not',
  async (t) => {
    const router = { replicas: 2, autoscaling: AUTOSCALING }
    t.match(updated(router, { replicas: 2 }), { replicas: undefined, autoscaling: AUTOSCALING })
    const manifest = JSON.stringify({ spec: { router } })
    const refused = { refused: ['spec.router.replicas'] }
    t.match(updated(router, { replicas: 2 }, { annotations: { [LAST_APPLIED]: manifest } }), refused)
    t.match(updated({ ...router, replicas: 3 }, { replicas: 2 }), refused)
    t.match(updated(router, { autoscaling: AUTOSCALING }), refused)
  },
)

t.test('so it does in a patch of an object that is complete', async (t) => {
  const { spec } = Object(judge(objectOf({}), { versions: BOTH }))
  const patched = (router: JsonObject) =>
    judge(objectOf({ ...spec, router: { ...spec.router, ...router } }), {
      versions: BOTH,
      stored: objectOf(spec),
    })
  t.equal(spec.router.replicas, 2)
  for (const more of [{ autoscaling: AUTOSCALING }, { placement: 'Node' }]) {
    const judgement = patched(more)
    t.ok(judgement.accepted)
    t.match(judgement, { spec: { router: { ...more, replicas: undefined } } })
    t.match(patched({ ...more, replicas: 3 }), { accepted: false })
  }
})

t.test('whoever ends it is told how many are left, and with one at least of its risk', async (t) => {
  t.match(updated({}, { autoscaling: AUTOSCALING }), {
    replicas: 2,
    warnings: [/^spec\.router\.autoscaling goes: there are 2 routers from now on/],
  })
  t.match(updated({ autoscaling: { ...AUTOSCALING, min: 1 } }, {}), {
    warnings: [/^spec\.router\.autoscaling\.min is 1: clients are cut off/],
  })
})

t.test('routers have a CPU request, of which its percentages are, whatever their resources', async (t) => {
  for (const given of [
    {},
    { requests: { memory: '1Gi' } },
    { limits: { cpu: 2 } },
    { limits: { cpu: '10m' } },
  ])
    t.match(routerResources(given).requests.cpu, /^\d+m?$/, JSON.stringify(given))
})

t.test('v1alpha3 shows the most there may be, and gives it back', async (t) => {
  const spec = V1BETA1.withDefaults({ router: { autoscaling: AUTOSCALING } })
  const settled = Object(judge(objectOf(spec), { versions: BOTH })).spec
  const older = convert(objectOf(settled), V1BETA1, V1ALPHA3)
  t.equal(at(older, 'spec', 'mcrouter_replicas'), 10)
  const back = convert({ ...older, spec: { ...Object(older.spec), mcrouter_port: 6000 } }, V1ALPHA3, V1BETA1)
  t.match(at(back, 'spec', 'router'), { port: 6000, autoscaling: AUTOSCALING })
  t.equal(at(back, 'spec', 'router', 'replicas'), undefined)
})

t.test('a number that is changed through v1alpha3 takes its place', async (t) => {
  const { spec } = Object(judge(objectOf({ router: { autoscaling: AUTOSCALING } }), { versions: BOTH }))
  const older = convert(objectOf(spec), V1BETA1, V1ALPHA3)
  const changed = { ...older, spec: { ...Object(older.spec), mcrouter_replicas: 4 } }
  const back = convert(changed, V1ALPHA3, V1BETA1)
  t.equal(at(back, 'spec', 'router', 'replicas'), 4)
  t.equal(at(back, 'spec', 'router', 'autoscaling'), undefined)
})

t.test('whoever ends it through v1alpha3 is told so, in the words of what is stored', async (t) => {
  const through = (router: JsonObject, more: JsonObject) => {
    const { spec } = Object(judge(objectOf({ router }), { versions: BOTH }))
    const stored = convert(objectOf(spec), V1BETA1, V1ALPHA3)
    const object = { ...stored, spec: { ...Object(stored.spec), ...more } }
    const judgement = judgeStored(object, { stored, versions: BOTH })
    return judgement.accepted ? judgement.warnings.filter((one) => / goes: /.test(one)) : undefined
  }
  const stored = /\(in v1beta1, in which it is stored\)$/
  const autoscaled = through({ autoscaling: AUTOSCALING }, { mcrouter_replicas: 4 })
  t.match(autoscaled, [/^spec\.router\.autoscaling goes: there are 4 routers from now on/])
  const onNodes = through({ placement: 'Node' }, { mcrouter_replicas: 3 })
  t.match(onNodes, [/^spec\.router\.placement Node goes: there are 3 routers from now on/])
  t.match([autoscaled, onNodes], [[stored], [stored]])
  t.same(through({ autoscaling: AUTOSCALING }, { mcrouter_port: 6000 }), [])
  t.same(through({ placement: 'Node' }, { mcrouter_port: 6000 }), [])
  t.same(through({}, { mcrouter_replicas: 4 }), [])
})

t.test('whoever ends one on each node is told how many are left', async (t) => {
  const stored = objectOf(V1BETA1.withDefaults({ router: { placement: 'Node' } }))
  const warned = (router: JsonObject) => {
    const judgement = judge(objectOf({ router }), { versions: BOTH, stored })
    return judgement.accepted ? judgement.warnings.filter((one) => / goes: /.test(one)) : undefined
  }
  t.match(warned({}), [
    /^spec\.router\.placement Node goes: there are 2 routers from now on, as spec\.router\.replicas says/,
  ])
  t.match(warned({ autoscaling: AUTOSCALING }), [
    /^spec\.router\.placement Node goes: there are 2 to 10 routers from now on, as spec\.router\.autoscaling says/,
  ])
  t.same(warned({ placement: 'Node' }), [])
})

t.test('on each node there is one router, and no number to say', async (t) => {
  const placement = 'Node'
  t.equal(at(V1BETA1.withDefaults({ router: { placement } }), 'router', 'replicas'), undefined)
  t.match(said({ router: { placement, replicas: 3, autoscaling: AUTOSCALING } }), [
    'spec.router.replicas: Invalid value: 3: must be left out with router.placement Node, which has one router on each node',
    /^spec\.router\.autoscaling: Invalid value: .*: must be left out with router\.placement Node/,
  ])
  t.match(updated({ placement, replicas: 2 }, { replicas: 2 }), { replicas: undefined })
  t.match(updated({ placement, replicas: 3 }, { replicas: 2 }), { refused: ['spec.router.replicas'] })
  t.match(updated({ placement: 'Deployment' }, { placement }), { replicas: 2 })
  t.same(said({ router: { placement } }), [])
})

t.test(
  'v1alpha3 leaves routers on each node where they are, unless their number is changed there',
  async (t) => {
    const { spec } = Object(judge(objectOf({ router: { placement: 'Node' } }), { versions: BOTH }))
    const older = convert(objectOf(spec), V1BETA1, V1ALPHA3)
    const through = (more: JsonObject) =>
      at(convert({ ...older, spec: { ...Object(older.spec), ...more } }, V1ALPHA3, V1BETA1), 'spec', 'router')
    t.match(through({ mcrouter_port: 6000 }), { port: 6000, placement: 'Node', replicas: undefined })
    t.match(through({ mcrouter_replicas: 4 }), { placement: 'Deployment', replicas: 4 })
  },
)
