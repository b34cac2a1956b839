import t from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import type { ModelSession } from '../support/api-model/session.ts'
import { at } from '../support/at.ts'
import {
  DEFINITION,
  definition,
  leading,
  MINUTE,
  SECOND,
  VALIDATING,
  WITHOUT_BUNDLE,
} from './installed-certificates.ts'

t.test('the caBundle of conversion is back at once, and what somebody plants there goes', async (t) => {
  const { certificates, clock, model, converting, stored } = await leading(t)
  t.equal(converting(), stored)
  model.put(DEFINITION, definition())
  await clock.advance(0)
  t.equal(converting(), stored)
  const { certificate } = await issueAuthority(clock.now())
  const planted = definition()
  const caBundle = Buffer.from(certificate).toString('base64')
  Object.assign(Object(at(planted, 'spec', 'conversion', 'webhook', 'clientConfig')), { caBundle })
  model.put(DEFINITION, planted)
  await clock.advance(SECOND)
  t.equal(converting(), stored)
  t.match(certificates.state, { foreignRemoved: 1 })
})

t.test(
  'a definition that calls the server of another operator is left alone, which is said once',
  async (t) => {
    const { certificates, clock, model, rest, converting, logged } = await leading(t)
    model.put(DEFINITION, definition('other'))
    await rest(5)
    model.put(VALIDATING, WITHOUT_BUNDLE)
    await clock.advance(MINUTE)
    t.equal(converting(), undefined)
    t.equal(logged.filter((line) => line.includes('calls Service other/op-server')).length, 1)
    await certificates.awaitRegistration(new AbortController().signal)
    t.equal(certificates.complaint, undefined)
  },
)

/** A watch of the definition that tells nothing. */
const ofDefinitionUnseen: ModelSession['fault'] = ({ path, query }) =>
  path.includes('customresourcedefinitions') && query.has('fieldSelector') ? { kind: 'silent' } : undefined

t.test('a process that does not lead registers for conversion what the leader has issued', async (t) => {
  const { clock, model, session, process, converting, stored } = await leading(t)
  // As a leader of the release before, which does not know that there is a conversion.
  session.fault = ofDefinitionUnseen
  model.disconnect()
  await clock.advance(0)
  model.put(DEFINITION, definition())
  const standby = process()
  await standby.awaitRegistration(new AbortController().signal)
  t.equal(standby.complaint, undefined)
  t.equal(converting(), stored)
})

t.test('one that leads registers it by its passes alone', async (t) => {
  const { certificates, clock, model, session, converting, stored } = await leading(t)
  session.fault = ofDefinitionUnseen
  model.disconnect()
  await clock.advance(0)
  model.put(DEFINITION, definition())
  const registered = certificates.awaitRegistration(new AbortController().signal)
  await clock.advance(SECOND)
  t.equal(converting(), undefined)
  t.match(certificates.complaint, /CustomResourceDefinition .* has no CA bundle yet/)
  session.fault = () => undefined
  model.disconnect()
  await clock.advance(MINUTE)
  await registered
  t.equal(converting(), stored)
})
