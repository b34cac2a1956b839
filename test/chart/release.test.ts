import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import { mutatingWebhook, readRegistration, register, validatingWebhook } from '../../certs/trust.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { endConversion } from '../support/end-conversion.ts'
import { HELM_VERSIONS, type HelmVersion, olderChart } from './chart.ts'
import { CRD, certificateApi, leftovers, Release, removeApi, shell, succeeded } from './cluster.ts'
import { goingBack } from './going-back.ts'

const plane = await startControlPlane()
t.teardown(() => plane.stop())

const BUNDLE = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n'
/** Arguments of kubectl that print which versions of the definition there are, and in which Mcrouters may be stored. */
const VERSIONS = ['get', CRD, '-o', 'jsonpath={.spec.versions[*].name} {.status.storedVersions}']
const KEPT = 'mcrouters.v1alpha3.mcrouter.example.com/kept'
const MCROUTER = JSON.stringify({
  apiVersion: 'mcrouter.example.com/v1beta1',
  kind: 'Mcrouter',
  metadata: { name: 'cache', namespace: 'default' },
  spec: {},
})

for (const version of HELM_VERSIONS) t.test(`with Helm ${version}`, (t) => withHelm(t, version))

/** The API server tells of a changed definition a moment after it was stored. */
async function isNewer(): Promise<boolean> {
  return (await plane.kubectl(['get', 'mcr'])).code === 0
}

async function withHelm(t: Test, version: HelmVersion) {
  t.teardown(() => removeApi(plane))
  const release = new Release(plane, version)

  await t.test('it installs, and says what to do next', async (t) => {
    const result = await release.installFrom(await olderChart(plane.directory))
    succeeded(t, result, 'helm install')
    t.match(result.stdout, /kubectl -n system port-forward service\/op-mcrouter-operator-server 8443:443/)
    t.match(
      result.stdout,
      /curl -sk --retry 9 --retry-connrefused --data-binary @cr\.yaml 'https:\/\/localhost:8443\/render/,
    )
    t.not((await plane.kubectl(['get', 'mcr'])).code, 0, 'the older API has no short name')
  })

  await t.test('an upgrade brings the newer API', async (t) => {
    succeeded(t, await release.upgrade(), 'helm upgrade')
    await eventually('the short name is known', isNewer)
  })

  await t.test('no rollback takes it away, and the upgrade may be repeated', async (t) => {
    const refused = await release.rollback(1)
    t.not(refused.code, 0)
    t.match(
      refused.stderr,
      /status\.storedVersions\[\d\]: Invalid value: "v1beta1": missing from spec\.versions/,
    )
    succeeded(t, await release.upgrade(), 'helm upgrade')
    await eventually('the short name is known', isNewer)
  })

  await t.test('one whose server does not come up is taken back, as docs/production.md says', async (t) => {
    const { certificate } = await issueAuthority(Date.now())
    const caBundle = Buffer.from(certificate).toString('base64')
    const registered = { spec: { conversion: { webhook: { clientConfig: { caBundle } } } } }
    const patch = ['patch', CRD, '--type=merge', '--field-manager=mcrouter-operator', '-p']
    succeeded(t, await plane.kubectl([...patch, JSON.stringify(registered)]), 'the CA is registered')
    await plane.store('mcrouter.example.com/mcrouters/default/kept', {
      apiVersion: 'mcrouter.example.com/v1alpha3',
      kind: 'Mcrouter',
      metadata: {
        name: 'kept',
        namespace: 'default',
        uid: randomUUID(),
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: { memcached_pool_size: 3 },
    })
    const write = ['patch', KEPT, '--subresource=status', '--type=merge', '-p', '{"status":{}}']
    t.match((await plane.kubectl(write)).stderr, /conversion webhook .* failed/)

    for (const block of await goingBack()) {
      const { code, stdout, stderr } = await shell(plane, block)
      t.equal(code, 0, stderr)
      t.notMatch(stdout, /FAILED/)
    }
    succeeded(t, await plane.kubectl(write), 'the older servers need no conversion')
    const forced = version === 4 ? ['--force-conflicts'] : []
    succeeded(t, await release.rollback(1, ...forced), 'helm rollback')
    t.equal((await plane.kubectl(VERSIONS)).stdout, 'v1alpha3 ["v1alpha3"]')
    const { stdout } = await plane.kubectl(['get', KEPT, '-o', 'jsonpath={.spec.memcached_pool_size}'])
    t.equal(stdout, '3')

    succeeded(t, await plane.kubectl(['delete', KEPT]), 'kubectl delete')
    succeeded(t, await release.upgrade(...forced), 'helm upgrade')
    await eventually('the short name is known', isNewer)
  })

  await t.test('an upgrade keeps the registered CA bundle and the certificates', async (t) => {
    const api = certificateApi(plane)
    const configurations = [
      mutatingWebhook('op-mcrouter-operator.system'),
      validatingWebhook('op-mcrouter-operator.system'),
    ]
    const registrations = () => Promise.all(configurations.map((one) => readRegistration(api, one)))
    for (const registration of await registrations()) {
      if (registration) t.ok(await register(api, registration, BUNDLE))
    }
    await plane.kubectl([
      ...['-n', 'system', 'patch', 'secret', 'op-mcrouter-operator-ca', '--type=merge'],
      ...['-p', '{"data":{"tls.key":"a2V5"}}'],
    ])

    for (const values of [[], ['--set=webhook.timeoutSeconds=7'], ['--set=server.replicas=3']]) {
      succeeded(t, await release.upgrade(...values), `helm upgrade ${values}`)
      for (const registration of await registrations()) {
        t.strictSame(
          new Set(registration?.bundles),
          new Set([BUNDLE]),
          `caBundle after helm upgrade ${values}`,
        )
      }
      const { stdout } = await plane.kubectl([
        ...['-n', 'system', 'get', 'secret', 'op-mcrouter-operator-ca', '-o', 'jsonpath={.data.tls\\.key}'],
      ])
      t.equal(stdout, 'a2V5', `the CA's key after helm upgrade ${values}`)
    }
  })

  await t.test(
    'after an uninstall the API and its objects are there, and nothing stands in their way',
    async (t) => {
      succeeded(t, await release.uninstall(), 'helm uninstall')
      t.strictSame(await leftovers(plane, release), [])
      succeeded(t, await plane.kubectl(['create', '-f', '-'], { input: MCROUTER }), 'kubectl create')
    },
  )

  await t.test('where the conversion was ended, an installation brings it back', async (t) => {
    succeeded(t, await plane.kubectl(await endConversion()), 'the command of docs/operations.md')
    const converted = ['get', CRD, '-o', 'jsonpath={.spec.conversion.strategy} {.spec.versions[*].served}']
    t.equal((await plane.kubectl(converted)).stdout, 'None false true')
    succeeded(t, await release.install(...(version === 4 ? ['--force-conflicts'] : [])), 'helm install')
    t.equal((await plane.kubectl(converted)).stdout, 'Webhook true true')
    succeeded(t, await release.uninstall(), 'helm uninstall')
  })

  await t.test('another release is told how to take the API over, and then has it', async (t) => {
    const other = new Release(plane, version, 'other', 'elsewhere')
    const refused = await other.install()
    t.not(refused.code, 0)
    t.match(refused.stderr, /belongs to the Helm release op in namespace system/)
    t.match(refused.stderr, /--set crd\.enabled=false/)

    const command = /^ +kubectl (annotate .*)$/m.exec(refused.stderr)?.[1]?.split(' ') ?? []
    succeeded(t, await plane.kubectl(command), command.join(' '))
    succeeded(t, await other.install(), 'helm install')
    succeeded(t, await plane.kubectl(['get', 'mcrouter', 'cache']), 'the Mcrouter is still there')
    succeeded(t, await other.uninstall(), 'helm uninstall')
  })

  await t.test('so is a release after an installation without Helm', async (t) => {
    await plane.kubectl(['annotate', CRD, 'meta.helm.sh/release-name-', 'meta.helm.sh/release-namespace-'])
    await plane.kubectl(['label', CRD, 'app.kubernetes.io/managed-by-'])
    const refused = await release.install()
    t.match(refused.stderr, /belongs to no Helm release/)
    for (const [, command = ''] of refused.stderr.matchAll(/^ +kubectl ((?:annotate|label) .*)$/gm)) {
      succeeded(t, await plane.kubectl(command.split(' ')), command)
    }
    succeeded(t, await release.install(), 'helm install')
    succeeded(t, await release.uninstall(), 'helm uninstall')
  })
}
