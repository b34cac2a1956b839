import t from 'tap'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import { routedIn } from '../../../reconciler/observe/last-status.ts'
import { record } from '../../../reconciler/observe/untyped.ts'
import type { ReconcileReport } from '../../../reconciler/reconcile-report.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { reasonIn } from '../../../reconciler/report/status.ts'
import { writeStatus } from '../../../reconciler/report/write-status.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { TestClock } from '../../support/clock.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { findingsWith } from '../reconcile-report.ts'

const MINUTE = 60_000

/** A Mcrouter with its status, and whoever writes that. */
class World {
  readonly clock = new TestClock()
  readonly events: ReconcilerEvent[] = []
  stored: KubeObject = MCROUTER
  writes = 0

  /** One pass of somebody who finds that; when it wants to look again. */
  async pass(memory: ObjectState, findings: ReconcileReport, operator = 'one/operator'): Promise<number> {
    const api: Partial<KubeApi> = { merge: async (_, __, patch) => this.#merge(patch) }
    const rest = { state: memory, clock: this.clock, operator, stored: this.stored }
    const known = memory.unwritten.over(this.stored)
    return await writeStatus(passWith(api, this.events, known, rest), findings)
  }

  #merge(patch: JsonObject): KubeObject {
    this.writes += 1
    const status = merged(this.stored.status ?? {}, record(patch.status))
    const metadata = { ...this.stored.metadata, resourceVersion: `${this.writes + 1}` }
    this.stored = { ...this.stored, metadata, status }
    return this.stored
  }
}

function merged(target: JsonObject, patch: JsonObject): JsonObject {
  const entries = Object.entries(patch).map(([field, value]) => [
    field,
    isJsonObject(value) ? merged(record(target[field]), value) : value,
  ])
  return { ...target, ...Object.fromEntries(entries) }
}

const OURS = findingsWith()
const THEIRS = findingsWith({}, { endpoint: 'cache.shop.svc.other.domain:5000' })

t.test('two operators that want another status each make no storm, and both say so', async (t) => {
  const world = new World()
  const [one, other] = [new ObjectState(), new ObjectState()]
  // Each write is told to the other at once, who makes a pass for it.
  for (let round = 0; round < 600; round += 1) {
    await world.pass(one, OURS)
    await world.pass(other, THEIRS, 'other/operator')
    await world.clock.advance(100)
  }
  t.ok(world.writes < 40, `${world.writes} writes in a minute`)
  t.equal(reasonIn(world.stored.status ?? {}, 'Degraded'), 'FieldConflict')
  t.match(JSON.stringify(world.stored.status?.conditions), /another operator/)
  t.same([...new Set(world.events.map(({ reason }) => reason))].toSorted(), [
    'FieldConflict',
    'SecondOperator',
  ])
  const before = world.writes
  for (let round = 0; round < 3_600; round += 1) {
    await world.pass(one, OURS)
    await world.pass(other, THEIRS, 'other/operator')
    await world.clock.advance(1_000)
  }
  t.ok(world.writes - before < 60, `${world.writes - before} in the hour after it`)
})

t.test(
  'one that takes the status back each time, without a pause, is not fought as fast as it can',
  async (t) => {
    const world = new World()
    const memory = new ObjectState()
    for (let round = 0; round < 10_000; round += 1) {
      await world.pass(memory, OURS)
      world.stored = { ...world.stored, status: { ...world.stored.status, endpoint: 'elsewhere:1' } }
      await world.clock.advance(1)
    }
    t.ok(world.writes < 15, `${world.writes} writes in ten seconds`)
  },
)

t.test('when the other one is gone, the status says it no more', async (t) => {
  const world = new World()
  const memory = new ObjectState()
  for (let round = 0; round < 10; round += 1) {
    await world.pass(memory, OURS)
    if (round < 8)
      world.stored = { ...world.stored, status: { ...world.stored.status, endpoint: 'elsewhere:1' } }
    await world.clock.advance(1_000)
  }
  let again = 1
  for (let passes = 0; again > 0 && passes < 10; passes += 1) {
    again = await world.pass(memory, OURS)
    await world.clock.advance(again)
  }
  t.equal(again, 0, 'it looks again by itself')
  t.equal(reasonIn(world.stored.status ?? {}, 'Degraded'), 'AsExpected')
  t.equal(world.stored.status?.endpoint, OURS.scale?.endpoint)
})

t.test('what changes by itself is no fight, however often', async (t) => {
  const world = new World()
  const memory = new ObjectState()
  for (let round = 0; round < 200; round += 1) {
    await world.pass(memory, findingsWith({}, { digest: `d${round}` }))
    await world.clock.advance(500)
  }
  t.equal(world.writes, 200)
  t.equal(reasonIn(world.stored.status ?? {}, 'Degraded'), 'AsExpected')
  await world.clock.advance(MINUTE)
  t.equal(await world.pass(memory, findingsWith({}, { digest: 'd199' })), 0)
})

t.test('of many servers the first are listed and all are counted', async (t) => {
  const world = new World()
  const servers = Array.from({ length: 1_000 }, (_, one) => `${'x'.repeat(80)}-${one}:11211`)
  await world.pass(new ObjectState(), findingsWith({}, { servers }))
  t.match(world.stored.status, { servers: servers.slice(0, 100), routedServers: 1_000 })
  t.ok(JSON.stringify(world.stored.status).length < 16_384)
  t.equal(routedIn(world.stored.status ?? {}), 1_000, 'by which a scale goes on where its ConfigMap is gone')
  t.equal(routedIn({ servers: ['a:1', 'b:1'] }), 2, 'as a status says it that only lists')
})

t.test('what was found counts although somebody else takes it back from the status', async (t) => {
  const world = new World()
  const memory = new ObjectState()
  const found = () => memory.unwritten.over(world.stored).status
  await world.pass(memory, OURS)
  const said = world.stored
  t.equal(found(), said.status, 'nothing is kept that is written')
  for (let time = 0; time < 8; time += 1) {
    world.stored = { ...said, status: {} }
    await world.pass(memory, OURS)
    await world.clock.advance(1_000)
  }
  t.strictSame(world.stored.status, {}, 'corrections are held off by now')
  t.match(found(), { endpoint: said.status?.endpoint })
})
