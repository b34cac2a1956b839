import t from 'tap'
import { mutatingWebhook, readRegistration, register, validatingWebhook } from '../../certs/trust.ts'
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
