import t from 'tap'
import { conversionWebhook } from '../../certs/conversion.ts'
import { mutatingWebhook, readRegistration, register, validatingWebhook } from '../../certs/trust.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { Cluster } from './cluster.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const webhook = (name: string, caBundle?: string) => ({
  name,
  clientConfig: {
    service: { namespace: 'sys', name: 'op', path: `/${name}` },
    ...(caBundle && { caBundle }),
  },
  rules: [{ operations: ['CREATE'], resources: ['mcrouters'] }],
  timeoutSeconds: 5,
})

async function registered(
  configuration: ReturnType<typeof mutatingWebhook>,
  bundles: (string | undefined)[],
) {
  const cluster = new Cluster()
  const key = { name: configuration.name }
  cluster.put(configuration.resource, key, {
    webhooks: bundles.map((bundle, index) => webhook(`w${index}`, bundle)),
  })
  const registration = await readRegistration(cluster, configuration)
  if (!registration) throw new Error('not there')
  return { cluster, registration, read: () => cluster.get(configuration.resource, key) }
}

for (const configuration of [mutatingWebhook('op.sys'), validatingWebhook('op.sys')]) {
  t.test(`${configuration.resource.kind}: sets caBundle of each webhook and nothing else`, async (t) => {
    const { cluster, registration, read } = await registered(configuration, [undefined, base64('old')])
    t.strictSame(registration.bundles, ['', 'old'])
    t.ok(await register(cluster, registration, 'new'))
    t.strictSame((await read())?.webhooks, [webhook('w0', base64('new')), webhook('w1', base64('new'))])
  })
}

const SERVER = { namespace: 'sys', service: 'op-server', host: 'host.example' }
const CONVERSION = conversionWebhook('mcrouters.mcrouter.example.com', SERVER)
const OURS = { service: { namespace: 'sys', name: 'op-server', path: '/convert', port: 443 } }

/** A CustomResourceDefinition of others, but for where its conversion calls. */
function definition(clientConfig: JsonObject | undefined, versions = [{ name: 'v1alpha3' }]): JsonObject {
  const webhook = { conversionReviewVersions: ['v1'], clientConfig }
  const conversion = clientConfig === undefined ? { strategy: 'None' } : { strategy: 'Webhook', webhook }
  return {
    spec: { group: 'mcrouter.example.com', versions, conversion },
    status: { storedVersions: ['v1alpha3'] },
  }
}

async function defined(clientConfig: JsonObject | undefined) {
  const cluster = new Cluster()
  const key = { name: CONVERSION.name }
  cluster.put(CONVERSION.resource, key, definition(clientConfig))
  const registration = await readRegistration(cluster, CONVERSION)
  if (!registration) throw new Error('not there')
  return { cluster, registration, read: () => cluster.get(CONVERSION.resource, key) }
}

t.test('of a definition the caBundle of its conversion is set and nothing else', async (t) => {
  for (const ours of [OURS, { url: 'https://host.example:8443/convert' }]) {
    for (const before of [ours, { ...ours, caBundle: base64('old') }]) {
      const { cluster, registration, read } = await defined(before)
      t.ok(await register(cluster, registration, 'new'))
      t.match(await read(), definition({ ...ours, caBundle: base64('new') }))
      cluster.writes.length = 0
      const again = await readRegistration(cluster, CONVERSION)
      t.notOk(again && (await register(cluster, again, 'new')))
    }
  }
  const { cluster, registration } = await defined(OURS)
  cluster.put(CONVERSION.resource, { name: CONVERSION.name }, definition(OURS, [{ name: 'v1beta1' }]))
  await t.rejects(register(cluster, registration, 'b'), /has changed/)
})

t.test('a definition that calls another server, or none, is left alone', async (t) => {
  const cases: [JsonObject | undefined, string | undefined][] = [
    [undefined, undefined],
    [{ service: { ...OURS.service, namespace: 'other' } }, 'Service other/op-server'],
    [{ service: { ...OURS.service, name: 'their-server' } }, 'Service sys/their-server'],
    [{ url: 'https://elsewhere.example:8443/convert' }, 'elsewhere.example:8443'],
    [{ url: 'host.example' }, 'nowhere'],
    [{}, 'nowhere'],
  ]
  for (const [clientConfig, elsewhere] of cases) {
    const { cluster, registration } = await defined(
      clientConfig && { ...clientConfig, caBundle: base64('theirs') },
    )
    t.equal(registration.elsewhere, elsewhere)
    t.notOk(await register(cluster, registration, 'b'))
    t.strictSame(cluster.writes, [])
  }
})

t.test('no write when every webhook has the bundle', async (t) => {
  const { cluster, registration } = await registered(mutatingWebhook('op.sys'), [base64('b'), base64('b')])
  t.notOk(await register(cluster, registration, 'b'))
  t.strictSame(cluster.writes, [])
})

t.test('a configuration without webhooks needs none', async (t) => {
  const { cluster, registration } = await registered(mutatingWebhook('op.sys'), [])
  t.notOk(await register(cluster, registration, 'b'))
})

t.test('never written over a change that was not seen, such as an upgrade', async (t) => {
  const configuration = mutatingWebhook('op.sys')
  const { cluster, registration } = await registered(configuration, [undefined])
  cluster.put(configuration.resource, { name: 'op.sys' }, { webhooks: [webhook('renamed')] })
  await t.rejects(register(cluster, registration, 'b'), /has changed/)
})

t.test('one that does not exist is undefined', async (t) => {
  t.equal(await readRegistration(new Cluster(), mutatingWebhook('op.sys')), undefined)
})
