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
const MIXED = ['v1alpha3', STORED.name]

interface Situation {
  readonly storedVersions?: readonly string[]
  readonly storage?: string
  /** Thrown for writes of these names, once for each that is listed. */
  readonly failures?: Record<string, ApiError[]>
  readonly specs?: Record<string, JsonObject>
  readonly webhookClosed?: () => string | undefined
}

/** Three Mcrouters, and a definition that says in which versions they may be stored. */
function fixture({
  storedVersions = MIXED,
  storage = STORED.name,
  failures = {},
  specs = {},
  webhookClosed = () => undefined,
}: Situation = {}) {
  const clock = new TestClock()
  const model = new ApiModel()
  for (const name of ['a', 'b', 'c']) {
    model.put(`${collectionPath(mcrouters)}/${name}`, { metadata: {}, spec: specs[name] ?? {} })
  }
  const session = new ModelSession(model, clock)
  const definition = model.put(DEFINITION, {
    spec: { versions: [...MIXED].map((name) => ({ name, storage: name === storage })) },
    status: { storedVersions },
  })
  const written: string[] = []
  const logged: string[] = []
  const migration = new StorageMigration({
    api: {
      merge: async (resource, { name }, patch, options) => {
        const failure = failures[name]?.shift()
        if (failure !== undefined) throw failure
        const what = resource === customResourceDefinitions ? `definition/${options?.subresource}` : name
        written.push(`${what} ${JSON.stringify(patch)}`)
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
    void clock.advance(1_000)
    return passed
  }
  return { clock, session, migration, written, logged, version, pass }
}

const refused = (status: number, reason: string) => new ApiError(reason, { status, reason })
const SHORTENED = `definition/status {"metadata":{"resourceVersion":"1004"},"status":{"storedVersions":["${STORED.name}"]}}`

t.test('each is written with nothing changed, and then the definition says so', async (t) => {
  const { written, version, pass, migration } = fixture()
  t.equal(await pass(), true)
  t.strictSame(written, [
    ...['a', 'b', 'c'].map((name) => `${name} {"metadata":{"resourceVersion":"${version(name)}"}}`),
    SHORTENED,
  ])
  t.strictSame(migration.counts, { rewritten: 3, skipped: 0, failed: 0 })
})

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
  const away = refused(500, 'conversion webhook failed')
  const { clock, session, migration, written, logged } = fixture({ failures: { b: [away] } })
  let refusals = 2
  session.fault = () =>
    refusals-- > 0 ? { kind: 'status', status: 500, reason: 'conversion webhook failed' } : undefined
  const stop = new AbortController()
  const run = migration.run(stop.signal)
  await clock.until('the definition is written', () => written.includes(SHORTENED), 60_000)
  t.equal(logged.filter((line) => line.includes('trying again')).length, 3)
  stop.abort()
  await run
})

t.test('no object is asked for before the webhook answers', async (t) => {
  let closed: string | undefined = 'connection refused'
  const { clock, session, migration } = fixture({ webhookClosed: () => closed })
  const passed = migration.pass(NONE)
  await clock.advance(10_000)
  t.equal(session.sent.length, 1, 'the definition alone')
  closed = undefined
  await clock.advance(10_000)
  t.equal(await passed, true)
})
