import t from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { startOperator, succeeded } from '../../testing/operator/index.ts'
import { ROOT } from '../../testing/operator/launch.ts'
import { at } from '../support/at.ts'

// What the webhooks trust is what the operator's own Secrets say, and their loss is not for the log alone.

const NAMESPACE = 'mcrouter-system'
const NAME = 'mcrouter-operator'
const WEBHOOK = `validatingwebhookconfiguration/${NAME}.${NAMESPACE}`

const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())
const operator = await startOperator(controlPlane)
t.teardown(() => operator.stop())

async function kubectl(...args: string[]): Promise<string> {
  return succeeded(await controlPlane.kubectl(args), `kubectl ${args.join(' ')}`)
}

async function ask(path: string): Promise<string> {
  const response = await fetch(`${operator.reconcilerUrl}${path}`)
  return `${response.status} ${await response.text()}`
}

const caBundle = () => kubectl('get', WEBHOOK, '-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}')
const secret = async (name: string) =>
  JSON.parse(await kubectl('-n', NAMESPACE, 'get', `secret/${name}`, '-o', 'json'))

t.test('a CA planted in a caBundle is taken out, told of, and goes nowhere else', async (t) => {
  const own = await caBundle()
  const { certificate } = await issueAuthority(Date.now())
  const planted = Buffer.from(Buffer.from(own, 'base64').toString() + certificate).toString('base64')
  const patch = [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: planted }]
  await kubectl('patch', WEBHOOK, '--type=json', '-p', JSON.stringify(patch))
  await eventually('it is taken out', async () => (await caBundle()) === own)
  for (const name of [`${NAME}-ca`, `${NAME}-serving-cert`])
    t.equal(at(await secret(name), 'data', 'ca.crt'), own, name)
  await eventually('it is counted', async () =>
    /mcrouter_operator_foreign_ca_removals_total 1\n/.test(await ask('/metrics')),
  )
  await eventually('an event says it', async () =>
    /^Secret mcrouter-operator-ca ValidatingWebhookConfiguration .* trusted CN=.*removed/m.test(
      await kubectl(
        ...['get', 'events.events.k8s.io', '-n', NAMESPACE, '--field-selector=reason=ForeignCA'],
        ...['-o', 'jsonpath={range .items[*]}{.regarding.kind} {.regarding.name} {.note}{"\\n"}{end}'],
      ),
    ),
  )
  t.match(await operator.reconciler.log(), /ValidatingWebhookConfiguration .* trusted CN=/)
})

t.test('a Secret that was deleted is said by /readyz and a metric until it is back', async (t) => {
  // Once the CA has gone, its successor signs nothing for two minutes.
  for (const name of [`${NAME}-serving-cert`, `${NAME}-ca`]) {
    await kubectl('-n', NAMESPACE, 'delete', `secret/${name}`)
    await eventually('it is not ready', async () => (await ask('/readyz')).startsWith('503'))
    t.match(await ask('/readyz'), `there is no Secret ${NAMESPACE}/${name}, which came with the installation`)
    t.match(await ask('/metrics'), 'mcrouter_operator_certificate_secret_missing 1\n')
    const upgrade = ['upgrade', NAME, `${ROOT}/charts/${NAME}`, `--namespace=${NAMESPACE}`, '--reuse-values']
    succeeded(await controlPlane.helm(upgrade), 'helm upgrade')
    await eventually('it is ready again', async () => (await ask('/readyz')) === '200 ok\n')
    t.match(await ask('/metrics'), 'mcrouter_operator_certificate_secret_missing 0\n')
    t.ok(at(await secret(name), 'data', 'ca.crt'))
  }
})
