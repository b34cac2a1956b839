import { pino } from 'pino'
import type { Test } from 'tap'
import { conversionWebhook } from '../../certs/conversion.ts'
import { servingNames } from '../../certs/names.ts'
import { createRotation } from '../../certs/rotation.ts'
import { mutatingWebhook, validatingWebhook } from '../../certs/trust.ts'
import { Certificates } from '../../reconciler/certificates.ts'
import { Recorder } from '../../reconciler/kube/events/events.ts'
import { kubeApi } from '../../reconciler/kube/objects.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { ApiModel } from '../support/api-model/index.ts'
import { ModelSession } from '../support/api-model/session.ts'
import { at } from '../support/at.ts'
import { TestClock } from '../support/clock.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

export const AUTHORITY = '/api/v1/namespaces/sys/secrets/op-ca'
export const SERVING = '/api/v1/namespaces/sys/secrets/op-serving-cert'
export const [MUTATING, VALIDATING] = ['mutating', 'validating'].map(
  (kind) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/op.sys`,
) as [string, string]
export const DEFINITION =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mcrouters.mcrouter.example.com'
export const WITHOUT_BUNDLE: JsonObject = { webhooks: [{ name: 'op', clientConfig: {} }] }

const SERVER = { namespace: 'sys', service: 'op-server', host: undefined }

/** A definition that calls such a Service for its conversion. */
export function definition(namespace = 'sys'): JsonObject {
  const clientConfig = { service: { namespace, name: 'op-server', path: '/convert' } }
  const conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } }
  return { spec: { group: 'mcrouter.example.com', conversion } }
}

/** An installation whose certificates were issued a while ago, and a leader that has looked at them once. */
export async function leading(t: Test, fault: ModelSession['fault'] = () => undefined) {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  for (const secret of [AUTHORITY, SERVING]) model.put(secret, { metadata: { namespace: 'sys' } })
  for (const webhook of [MUTATING, VALIDATING]) model.put(webhook, WITHOUT_BUNDLE)
  model.put(DEFINITION, definition())
  const api = kubeApi(session)
  await createRotation({
    api,
    clock,
    authoritySecret: { namespace: 'sys', name: 'op-ca' },
    servingSecret: { namespace: 'sys', name: 'op-serving-cert' },
    names: servingNames('op-server', 'sys', 'cluster.local'),
    webhooks: [
      conversionWebhook('mcrouters.mcrouter.example.com', SERVER),
      mutatingWebhook('op.sys'),
      validatingWebhook('op.sys'),
    ],
  }).pass()
  session.fault = fault
  const reporter = { controller: 'mcrouter.example.com/operator', instance: 'operator-0' }
  const onTrouble = (error: Error) => {
    throw error
  }
  const logged: string[] = []
  const process = () =>
    new Certificates({
      api,
      session,
      clock,
      random: () => 0.5,
      log: pino({ level: 'warn' }, { write: (line) => logged.push(line) }),
      recorder: new Recorder({ api, reporter, clock, random: () => 0.5, onTrouble }),
      namespace: 'sys',
      name: 'op',
      clusterDomain: 'cluster.local',
      servingHost: undefined,
      webhookConfiguration: 'op.sys',
    })
  const certificates = process()
  const stop = new AbortController()
  const ended = certificates.rotate(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await ended
  })
  await clock.advance(10 * SECOND)
  session.sent.length = 0
  /** Time goes by, and the API server sends its bookmarks. */
  const rest = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      model.bookmark()
      await clock.advance(MINUTE)
    }
  }
  const bundle = (path: string) => at(model.at(path), 'webhooks', 0, 'clientConfig', 'caBundle')
  const converting = () =>
    at(model.at(DEFINITION), 'spec', 'conversion', 'webhook', 'clientConfig', 'caBundle')
  return {
    certificates,
    process,
    logged,
    clock,
    model,
    session,
    rest,
    bundle,
    converting,
    stored: bundle(MUTATING),
  }
}
