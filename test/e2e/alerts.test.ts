import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { skipWithout } from '../monitoring/prometheus-tools.ts'
import { CERTIFICATES, OWN_DUE, OWN_LATE } from './alerts/certificates.ts'
import { courseOf, named } from './alerts/course.ts'
import type { Fault } from './alerts/fault.ts'
import { LOAD } from './alerts/load.ts'
import { LOSS } from './alerts/loss.ts'
import { SILENT } from './alerts/silent.ts'
import { Stage } from './alerts/stage.ts'
import { alertsOfRules, Watch } from './alerts/watch.ts'
import { startClient } from './support/client.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator } from './support/operator.ts'

// Every alert, fired by what it is about: the rules of the chart in a Prometheus that watches the cluster as docs/monitoring.md says.
// Only their times are shorter. The faults of a round happen side by side.

const NAMESPACE = 'mcrouter-e2e-alerts'
const ROUNDS: readonly (readonly Fault[])[] = [
  [...SILENT, ...LOAD, ...LOSS, ...CERTIFICATES, OWN_DUE],
  [OWN_LATE],
]
const FAULTS = ROUNDS.flat()
/** A router has to have a CPU to itself for it, which on a node of two, with its clients and its servers, it does not get. */
const UNFIRED = new Set(['McrouterCpuSaturated (warning)'])
const VALUES = [
  'exporter.enabled=true',
  'rbac.mountCertificates=true',
  // After that a shrink is stuck.
  'reconciler.confirmTimeoutSeconds=10',
].map((value) => `--set=${value}`)

t.test('there is a fault for every alert of the chart but one', async (t) => {
  const covered = new Set([...FAULTS.flatMap(({ fires }) => fires.map(named)), ...UNFIRED])
  t.strictSame(covered, new Set((await alertsOfRules()).map(named)))
})

const skip = skipWithout('prometheus')
t.test('alerts fire for faults, and are over after repair', { skip }, async (t) => {
  const stage = await startStage(t)

  await t.test('none fires while all is well', async (t) => {
    const isReady = 'mcrouter_operator_mcrouter_condition{type="Ready", status="True"} == 1'
    for (const series of ['mcrouter_up == 1', 'memcached_up == 1', isReady])
      await stage.seen(`count(${series}) >= ${stage.all.length}`)
    // One that starts is not available, which is told for some seconds after it is.
    await eventually('none fires', async () => (await stage.watch.state()).length === 0)
    t.strictSame(await stage.watch.state(), [])
    stage.watch.begin()
  })

  for (const round of ROUNDS) {
    const courses = await Promise.all(round.map((fault) => courseOf(stage, fault)))
    for (const { fault, before, fired, over, trouble } of courses) {
      await t.test(fault.name, async (t) => {
        t.equal(trouble, '', 'all went as it should')
        t.strictSame(before, [], 'nothing had fired before')
        for (const alert of fault.fires) {
          t.ok(fired.has(alert), `${named(alert)} fires`)
          t.comment(`${named(alert)} ${fired.get(alert)?.toFixed(0)} s after it`)
          t.ok(over.has(alert), `${named(alert)} is over after repair`)
        }
      })
    }
  }
})

async function startStage(t: Test): Promise<Stage> {
  await namespace(t, NAMESPACE)
  await installOperator(t, ...VALUES)
  const [client, heavy, nodes, watch] = await Promise.all([
    startClient(NAMESPACE),
    startClient(NAMESPACE, 'heavy'),
    Nodes.start(t),
    Watch.start(t),
  ])
  const stage = new Stage(NAMESPACE, { client, heavy }, nodes, watch)
  await stage.applyAll()
  await Promise.all(stage.all.map((mcrouter) => mcrouter.settled()))
  return stage
}
