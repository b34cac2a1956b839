import t from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import { eventually } from '../../testing/deadline.ts'
import type { Sent } from '../support/api-model/session.ts'
import { at } from '../support/at.ts'
import {
  AUTHORITY,
  DAY,
  leading,
  MINUTE,
  MUTATING,
  SECOND,
  SERVING,
  VALIDATING,
  WITHOUT_BUNDLE,
} from './installed-certificates.ts'

const isWatch = ({ query }: Sent) => query.get('watch') === 'true'
const isRead = (sent: Sent) => sent.method === 'GET' && !isWatch(sent)
const isWrite = ({ method }: Sent) => method !== 'GET'

t.test('with nothing to do, nothing but watches is asked', async (t) => {
  const { model, session, rest } = await leading(t)
  t.equal(model.openWatches, 5)
  await rest(120)
  t.strictSame(
    session.sent.filter((sent) => !isWatch(sent)),
    [],
  )
})

t.test('each watch is of one name', async (t) => {
  const { clock, model, session } = await leading(t)
  model.broadcast((feed) => feed.end())
  await clock.until('they are watched anew', () => session.sent.length >= 5, MINUTE)
  t.strictSame(session.sent.map(({ path, query }) => `${path} ${query.get('fieldSelector')}`).toSorted(), [
    '/api/v1/namespaces/sys/secrets metadata.name=op-ca',
    '/api/v1/namespaces/sys/secrets metadata.name=op-serving-cert',
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations metadata.name=op.sys',
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations metadata.name=op.sys',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions metadata.name=mcrouters.mcrouter.example.com',
  ])
})

t.test('a caBundle that somebody takes out is back at once', async (t) => {
  const { clock, model, bundle, stored } = await leading(t)
  t.type(stored, 'string')
  model.put(VALIDATING, WITHOUT_BUNDLE)
  t.equal(bundle(VALIDATING), undefined)
  await clock.advance(0)
  t.equal(bundle(VALIDATING), stored)
})

t.test('a webhook configuration that was deleted is registered as soon as it is there again', async (t) => {
  const { clock, model, rest, bundle, stored } = await leading(t)
  model.remove(MUTATING)
  await rest(60)
  model.put(MUTATING, WITHOUT_BUNDLE)
  await clock.advance(0)
  t.equal(bundle(MUTATING), stored)
})

t.test('somebody who takes it out each time makes no storm', async (t) => {
  const { clock, model, session, bundle } = await leading(t)
  for (let seconds = 0; seconds < 600; seconds += 1) {
    if (bundle(MUTATING) !== undefined) model.put(MUTATING, WITHOUT_BUNDLE)
    await clock.advance(SECOND)
  }
  const writes = session.sent.filter(isWrite).length
  t.ok(writes >= 20 && writes <= 30, `${writes} writes in ten minutes, the pauses growing to 30 s`)
})

t.test('nor does somebody who changes no more than the bundle in a Secret', async (t) => {
  const { clock, model, session } = await leading(t)
  const other = { ...model.at(SERVING), data: { ...Object(model.at(SERVING)?.data), 'ca.crt': '' } }
  for (let seconds = 0; seconds < 600; seconds += 1) {
    if (at(model.at(SERVING), 'data', 'ca.crt') !== '') model.put(SERVING, other)
    await clock.advance(SECOND)
  }
  const writes = session.sent.filter(isWrite).length
  t.ok(writes >= 20 && writes <= 30, `${writes} writes in ten minutes`)
})

t.test('once the right to watch is taken away, it looks once a minute', async (t) => {
  const { clock, model, session, bundle, stored } = await leading(t)
  session.fault = ({ query }) =>
    query.has('fieldSelector') ? { kind: 'status', status: 403, reason: 'Forbidden' } : undefined
  model.broadcast((feed) => feed.end())
  await clock.advance(2 * MINUTE)
  model.put(VALIDATING, WITHOUT_BUNDLE)
  await clock.advance(MINUTE)
  t.equal(bundle(VALIDATING), stored)
})

t.test('without the right to watch, it looks once a minute', async (t) => {
  const { clock, session } = await leading(t, (sent) =>
    isWatch(sent) || sent.query.has('fieldSelector')
      ? { kind: 'status', status: 403, reason: 'Forbidden' }
      : undefined,
  )
  await clock.advance(10 * MINUTE)
  const reads = session.sent.filter((sent) => isRead(sent) && !sent.query.has('fieldSelector'))
  t.equal(reads.length, 50, 'five objects, ten times')
})

t.test('what becomes due is done within a minute, by a clock that was set as well', async (t) => {
  const { clock, model } = await leading(t)
  const before = at(model.at(SERVING), 'data', 'tls.crt')
  clock.setWallClock(61 * DAY)
  await clock.advance(MINUTE)
  await eventually('it is renewed', () => at(model.at(SERVING), 'data', 'tls.crt') !== before)
})

t.test('a Secret that was deleted is said, until it is there again', async (t) => {
  for (const [path, name] of [
    [AUTHORITY, 'op-ca'],
    [SERVING, 'op-serving-cert'],
  ] as const) {
    const { certificates, clock, model } = await leading(t)
    await certificates.awaitRegistration(new AbortController().signal)
    t.equal(certificates.complaint, undefined)
    t.match(certificates.state, { secretMissing: false })
    model.remove(path)
    await clock.advance(SECOND)
    t.match(certificates.complaint, new RegExp(`^there is no Secret sys/${name}, .*helm upgrade`))
    t.match(certificates.state, { secretMissing: true })
    model.put(path, { metadata: { namespace: 'sys' } })
    await clock.advance(MINUTE)
    await eventually('it is filled', () => at(model.at(path), 'data', 'ca.crt') !== undefined)
    await clock.advance(0)
    t.equal(certificates.complaint, undefined)
    t.match(certificates.state, { secretMissing: false })
  }
})

t.test('so is a webhook configuration', async (t) => {
  const { certificates, clock, model } = await leading(t)
  await certificates.awaitRegistration(new AbortController().signal)
  t.equal(certificates.complaint, undefined)
  model.remove(MUTATING)
  await clock.advance(SECOND)
  t.match(certificates.state, { webhookMissing: true })
  t.match(certificates.complaint, /^there is no MutatingWebhookConfiguration op\.sys: /)
  model.put(MUTATING, WITHOUT_BUNDLE)
  await clock.advance(MINUTE)
  t.match(certificates.state, { webhookMissing: false })
  t.equal(certificates.complaint, undefined)
})

t.test(
  'what was removed is counted, and told by an event of the Secret that says what is trusted',
  async (t) => {
    const { certificates, clock, model, bundle, stored } = await leading(t)
    const { certificate } = await issueAuthority(clock.now())
    const caBundle = Buffer.from(certificate).toString('base64')
    model.put(VALIDATING, { webhooks: [{ name: 'op', clientConfig: { caBundle } }] })
    await clock.advance(SECOND)
    t.equal(bundle(VALIDATING), stored)
    t.match(certificates.state, { foreignRemoved: 1 })
    const events = model.paths().filter((path) => path.includes('/events/'))
    t.equal(events.length, 1)
    t.match(model.at(String(events[0])), {
      type: 'Warning',
      reason: 'ForeignCA',
      regarding: { kind: 'Secret', name: 'op-ca' },
      note: /^ValidatingWebhookConfiguration op\.sys trusted CN=.*removed/,
    })
  },
)

t.test('is told by the next pass where that Secret cannot be read', async (t) => {
  const { clock, model, session } = await leading(t)
  const { certificate } = await issueAuthority(clock.now())
  const caBundle = Buffer.from(certificate).toString('base64')
  const before = session.sent.length
  let failed = false
  session.fault = ({ path }) => {
    const isRemoved = session.sent.slice(before).some((sent) => isWrite(sent) && sent.path === VALIDATING)
    if (failed || !isRemoved || path !== AUTHORITY) return undefined
    failed = true
    return { kind: 'reset' }
  }
  model.put(VALIDATING, { webhooks: [{ name: 'op', clientConfig: { caBundle } }] })
  await clock.advance(2 * MINUTE)
  t.ok(failed)
  t.equal(model.paths().filter((path) => path.includes('/events/')).length, 1)
})

t.test('who plants one again and again makes no flood of events', async (t) => {
  const { clock, model, session } = await leading(t)
  for (let round = 0; round < 60; round += 1) {
    const { certificate } = await issueAuthority(clock.now())
    const caBundle = Buffer.from(certificate).toString('base64')
    model.put(VALIDATING, { webhooks: [{ name: 'op', clientConfig: { caBundle } }] })
    await clock.advance(MINUTE)
  }
  const written = session.sent.filter((sent) => isWrite(sent) && sent.path.includes('/events'))
  t.ok(written.length >= 25 && written.length <= 40, `${written.length} events in an hour`)
})
