import t from 'tap'
import type { KubeObject } from '../../../../reconciler/kube/api.ts'
import { fixture, MCROUTER, MINUTE, SCALED } from './fixture.ts'

const of = (namespace: string, index: number): KubeObject => ({
  ...MCROUTER,
  metadata: { ...MCROUTER.metadata, namespace, name: `cache-${index}`, uid: `${namespace} ${index}` },
})

t.test('a namespace with more events than can wait takes no place of another', async (t) => {
  const { clock, recorder, session, stored } = fixture()
  session.fault = () => ({ kind: 'late', ms: MINUTE })
  for (let index = 0; index < 10_000; index += 1) recorder.record(of('crowd', index), SCALED)
  for (let index = 0; index < 100; index += 1) recorder.record(of('victim', index), SCALED)
  const own = { ...of('mcrouter-system', 0), kind: 'Secret' }
  recorder.record(own, { ...SCALED, reason: 'ForeignCA' })
  for (let index = 0; index < 10_000; index += 1) recorder.record(of('crowd', 10_000 + index), SCALED)
  session.fault = () => undefined
  const flushed = recorder.flush()
  await clock.advance(2 * MINUTE)
  await flushed
  const namespaces = stored().map(({ path }) => /namespaces\/([^/]+)/.exec(String(path))?.[1])
  const events = (namespace: string) => namespaces.filter((one) => one === namespace).length
  t.equal(events('victim'), 100)
  t.equal(events('mcrouter-system'), 1)
  t.equal(events('crowd'), 4_096 - 100 + 4, 'the rest, and those that were being written')
})

t.test('nor do they wait behind it', async (t) => {
  const { clock, recorder, session } = fixture()
  session.fault = () => ({ kind: 'late', ms: MINUTE })
  for (let index = 0; index < 1_000; index += 1) recorder.record(of('crowd', index), SCALED)
  recorder.record(of('victim', 0), SCALED)
  session.fault = () => undefined
  await clock.advance(2 * MINUTE)
  const place = session.sent.findIndex(({ path }) => path.includes('/namespaces/victim/'))
  t.ok(place >= 4 && place < 10, `it is number ${place} of ${session.sent.length}`)
  await recorder.flush()
})

t.test('nor does it have the same of another told anew, or let it say more', async (t) => {
  const { recorder, session, stored } = fixture()
  for (let index = 0; index < 25; index += 1)
    recorder.record(of('victim', 0), { ...SCALED, note: `${index}` })
  await recorder.flush()
  const request = session.request.bind(session)
  // Unlike the model, it keeps nothing.
  session.request = async (one) => (one.path.includes('/crowd/') ? { ...MCROUTER } : await request(one))
  for (let index = 0; index < 5_000; index += 1) {
    recorder.record(of('crowd', index), SCALED)
    if (index % 1_000 === 0) await recorder.flush()
  }
  recorder.record(of('victim', 0), { ...SCALED, note: '0' })
  recorder.record(of('victim', 0), { ...SCALED, note: 'another' })
  await recorder.flush()
  t.equal(stored().length, 25)
  t.match(stored()[0], { series: { count: 2 } })
})
