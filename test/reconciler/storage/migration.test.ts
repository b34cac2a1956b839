import { pino } from 'pino'
import t from 'tap'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { toKubeObject } from '../../../reconciler/kube/object.ts'
import { collectionPath, objectPath } from '../../../reconciler/kube/paths.ts'
import { customResourceDefinitions, mcrouters } from '../../../reconciler/kube/resources.ts'
import { StorageMigration } from '../../../reconciler/storage/migration.ts'
import { unread } from '../../../schemas/conversion/unwritable.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { STORED } from '../../../schemas/versions.ts'
import { ApiModel } from '../../support/api-model/index.ts'
import { ModelSession } from '../../support/api-model/session.ts'
import { TestClock } from '../../support/clock.ts'

const NONE = new AbortController().signal
const DEFINITION = objectPath(customResourceDefinitions, { name: 'mcrouters.mcrouter.example.com' }, 'status')
/** Until every API server knows what is stored. */
const SETTLED_MS = 60_000
const LOOK_AGAIN_MS = 10 * 60_000
const MIXED = ['v1alpha3', STORED.name]

interface Situation {
  readonly storedVersions?: readonly string[]
  readonly storage?: string
  readonly names?: readonly string[]
  /** Thrown for writes of these names, once for each that is listed. */
  readonly failures?: Record<string, ApiError[]>
  readonly specs?: Record<string, JsonObject>
  readonly webhookClosed?: () => string | undefined
}

/** Some Mcrouters, and a definition that says in which versions they may be stored. */
function fixture({
  storedVersions = MIXED,
  storage = STORED.name,
  names = ['a', 'b', 'c'],
  failures = {},
  specs = {},
  webhookClosed = () => undefined,
}: Situation = {}) {
  const clock = new TestClock()
  const model = new ApiModel()
  for (const name of names) {
    model.put(`${collectionPath(mcrouters)}/${name}`, { metadata: {}, spec: specs[name] ?? {} })
  }
  const session = new ModelSession(model, clock)
  const storedAs = (version: string) =>
    model.put(DEFINITION, {
      spec: { versions: MIXED.map((name) => ({ name, storage: name === version })) },
      status: { storedVersions },
    })
  const definition = storedAs(storage)
  const written: string[] = []
  const logged: string[] = []
  const migration = new StorageMigration({
    api: {
      merge: async (resource, { name }, patch, options) => {
        const failure = failures[name]?.shift()
        if (failure !== undefined) throw failure
        const what = resource === customResourceDefinitions ? 'definition' : name
        written.push(`${what}/${options?.subresource} ${JSON.stringify(patch)}`)
        return toKubeObject(resource, definition)
      },
    },
    session,
    clock,
    log: pino({}, { write: (line: string) => logged.push(line) }),
    webhookClosed,
  })
  const version = (name: string) =>
    Object(model.at(`${collectionPath(mcrouters)}/${name}`)?.metadata).resourceVersion
  const pass = () => {
    const passed = migration.pass(NONE)
    void clock.advance(SETTLED_MS + 1_000)
    return passed
  }
  return { clock, session, migration, written, logged, version, pass, model, storedAs }
}

const refused = (status: number, reason: string) => new ApiError(reason, { status, reason })
const SHORTENED = `definition/status {"metadata":{"resourceVersion":"1004"},"status":{"storedVersions":["${STORED.name}"]}}`

t.test(
  'each is written with nothing changed, no webhook being asked, and then the definition says so',
  async (t) => {
    const { written, version, pass, migration } = fixture()
    t.equal(await pass(), true)
    t.strictSame(written, [
      ...['a', 'b', 'c'].map((name) => `${name}/status {"metadata":{"resourceVersion":"${version(name)}"}}`),
      SHORTENED,
    ])
    t.strictSame(migration.counts, { rewritten: 3, skipped: 0, failed: 0 })
  },
)

t.test('one that was written or deleted meanwhile is done', async (t) => {
  const failures = { a: [refused(409, 'Conflict')], b: [refused(404, 'NotFound')] }
  const { written, pass } = fixture({ failures })
  t.equal(await pass(), true)
  t.equal(written.at(-1), SHORTENED)
})

t.test('one that is refused is named, the others are written, and the definition stays', async (t) => {
  const { written, logged, pass, migration } = fixture({ failures: { b: [refused(422, 'Invalid')] } })
  t.equal(await pass(), false)
  t.strictSame(
    written.map((one) => one.slice(0, 1)),
    ['a', 'c'],
  )
  t.match(logged.at(-1), /"left":\["b"\].*1 Mcrouters are not stored as v1beta1 yet/)
  t.strictSame(migration.counts, { rewritten: 2, skipped: 0, failed: 1 })
})

t.test(
  'one of which the conversion could not keep all is not written: that is what would be stored',
  async (t) => {
    const { written, logged, pass, migration } = fixture({
      specs: { b: unread(STORED, 'too large: read v1alpha3') },
    })
    t.equal(await pass(), false)
    t.notOk(written.some((one) => one.startsWith('b') || one.startsWith('definition')))
    t.match(logged.join(''), /"mcrouter":"b","reason":"too large: read v1alpha3"/)
    t.strictSame(migration.counts, { rewritten: 2, skipped: 1, failed: 0 })
  },
)

t.test('one that fails for a while is named, the others are written, and it is tried again', async (t) => {
  const failures = { a: [refused(500, 'too slow'), refused(503, 'still'), refused(429, 'busy')] }
  const { clock, migration, written, logged } = fixture({ failures })
  const stop = new AbortController()
  const run = migration.run(stop.signal)
  await clock.until('the others are written', () => written.length === 2, SETTLED_MS + 1_000)
  await clock.until('the definition is written', () => written.includes(SHORTENED), SETTLED_MS)
  t.match(logged[0], /"mcrouter":"a","error":"too slow"/)
  t.strictSame(migration.counts, { rewritten: 2 * 3 + 3, skipped: 0, failed: 3 })
  stop.abort()
  await run
})

t.test('where one after the other fails it is not for single objects: the pass ends', async (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const failures = Object.fromEntries(names.map((name) => [name, [refused(500, 'nobody converts')]]))
  const { written, pass, migration } = fixture({ failures, names })
  await t.rejects(pass(), /nobody converts/)
  t.strictSame(written, [])
  t.equal(migration.counts.failed, 5)
})

t.test('nothing counts as stored anew before every API server knows what is stored', async (t) => {
  const { clock, migration, written, model, storedAs } = fixture({ storage: 'v1alpha3' })
  const stop = new AbortController()
  const run = migration.run(stop.signal)
  await clock.advance(3 * LOOK_AGAIN_MS)
  t.strictSame(written, [], 'another version is stored')
  storedAs(STORED.name)
  const since = clock.monotonic()
  await clock.until('one is written', () => written.length > 0, LOOK_AGAIN_MS + SETTLED_MS)
  t.ok(clock.monotonic() - since >= LOOK_AGAIN_MS + SETTLED_MS)
  await clock.until(
    'the definition is written',
    () => written.at(-1)?.startsWith('definition') === true,
    1_000,
  )
  model.put(DEFINITION, { ...model.at(DEFINITION), status: { storedVersions: MIXED } })
  await clock.until(
    'once it is known, nothing is waited for',
    () => written.length === 8,
    LOOK_AGAIN_MS + 1_000,
  )
  stop.abort()
  await run
})

t.test('nothing is read or written where nothing else is stored, or another version is', async (t) => {
  for (const situation of [
    { storedVersions: [STORED.name] },
    { storedVersions: [] },
    { storage: 'v1alpha3' },
  ]) {
    const { written, session, pass } = fixture(situation)
    t.equal(await pass(), true)
    t.strictSame(written, [])
    t.equal(session.sent.length, 1, 'the definition alone')
  }
})

t.test('what fails for a while, as while the webhook is away, is tried again until it is done', async (t) => {
  const { clock, session, migration, written, logged } = fixture()
  let refusals = 2
  session.fault = () =>
    refusals-- > 0 ? { kind: 'status', status: 500, reason: 'conversion webhook failed' } : undefined
  const stop = new AbortController()
  const run = migration.run(stop.signal)
  await clock.until('the definition is written', () => written.includes(SHORTENED), 2 * SETTLED_MS)
  t.equal(logged.filter((line) => line.includes('trying again')).length, 2)
  stop.abort()
  await run
})

t.test('no object is asked for before the webhook answers', async (t) => {
  let closed: string | undefined = 'connection refused'
  const { clock, session, migration } = fixture({ webhookClosed: () => closed })
  const passed = migration.pass(NONE)
  await clock.advance(2 * SETTLED_MS)
  t.notOk(
    session.sent.some(({ path }) => path !== DEFINITION),
    'the definition alone',
  )
  closed = undefined
  await clock.advance(10_000)
  t.equal(await passed, true)
})
