import t from 'tap'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { HELM_VERSIONS } from './chart.ts'
import { CRD, Release, removeApi, succeeded } from './cluster.ts'

const plane = await startControlPlane()
t.teardown(() => plane.stop())

for (const version of HELM_VERSIONS) {
  t.test(`Helm ${version}: two releases that would serve the same namespaces are refused`, async (t) => {
    const first = new Release(plane, version, 'first', `one-${version}`)
    const second = new Release(plane, version, 'second', `two-${version}`)
    t.teardown(async () => {
      for (const release of [second, first]) await release.uninstall()
      await removeApi(plane)
    })
    for (const namespace of ['red', 'blue', 'green']) await plane.kubectl(['create', 'namespace', namespace])
    const own = (...namespaces: string[]) =>
      namespaces.map((name, index) => `--set=watchNamespaces[${index}]=${name}`)

    succeeded(t, await first.install(), 'helm install')
    for (const values of [[], own('red')]) {
      const { code, stderr } = await second.install('--set=crd.enabled=false', ...values)
      t.equal(code, 1)
      t.match(stderr, `in namespace one-${version}`)
      t.match(stderr, 'already serves Mcrouters of all namespaces')
      t.match(stderr, 'Uninstall one of the two, or give each its own namespaces with watchNamespaces')
    }
    succeeded(t, await first.upgrade(...own('red', 'blue')), 'helm upgrade')
    const { stderr } = await second.install('--set=crd.enabled=false', ...own('blue', 'green'))
    t.match(stderr, 'already serves Mcrouters of red, blue')
    succeeded(t, await second.install('--set=crd.enabled=false', ...own('green')), 'helm install')
    const { code, stdout, stderr: failure } = await first.upgrade(...own('red'))
    t.equal(code, 0, failure)
    t.match(stdout, `in namespace two-${version} needs the server of this one`)
    t.equal(
      (await first.upgrade('--reset-values')).code,
      1,
      'an upgrade that would overlap is refused as well',
    )

    const [, command = ''] = /^ +kubectl (annotate --overwrite custom.*)$/m.exec(stdout) ?? []
    succeeded(t, await plane.kubectl(command.split(' ')), command)
    const forced = version === 4 ? ['--force-conflicts'] : []
    const taken = await second.upgrade('--reuse-values', '--set=crd.enabled=true', ...forced)
    succeeded(t, taken, 'the second takes the API over')
    succeeded(t, await first.uninstall(), 'helm uninstall')
    const service = '-o=jsonpath={.spec.conversion.webhook.clientConfig.service.namespace}'
    t.equal((await plane.kubectl(['get', CRD, service])).stdout, `two-${version}`)
  })

  t.test(`Helm ${version}: what a deleted namespace left behind is named with what to do`, async (t) => {
    const lost = new Release(plane, version, 'lost', `lost-${version}`)
    const next = new Release(plane, version, 'next', `next-${version}`)
    t.teardown(async () => {
      await next.uninstall()
      await plane.kubectl([
        'delete',
        'clusterrole,clusterrolebinding',
        '-l',
        'app.kubernetes.io/instance=lost',
      ])
      await removeApi(plane)
    })
    succeeded(t, await lost.install('--set=crd.enabled=false'), 'helm install')
    await plane.kubectl(['delete', 'namespace', lost.namespace])
    const refused = await next.install()
    t.equal(refused.code, 1)
    const names = `lost-mcrouter-operator.${lost.namespace}`
    const command = `delete mutatingwebhookconfiguration,validatingwebhookconfiguration ${names}`
    t.match(refused.stderr, `kubectl ${command}`)
    succeeded(t, await plane.kubectl(command.split(' ')), 'the command of the refusal')
    const installed = await next.install()
    succeeded(t, installed, 'helm install')
    t.match(installed.stdout, `kubectl ${command.replaceAll('lost', 'next')}`, 'NOTES name the command')
  })
}

t.test('beside an API that has no version to store, nothing is installed', async (t) => {
  const release = new Release(plane, 4, 'newer', 'elsewhere')
  t.teardown(() => removeApi(plane))
  const service = { namespace: 'elsewhere', name: 'server', path: '/convert' }
  const older = customResourceDefinition({ v1alpha3: { ...V1ALPHA3, storage: true } }, { service })
  const input = JSON.stringify(older)
  succeeded(t, await plane.kubectl(['create', '-f', '-'], { input }), 'kubectl create')
  const { code, stderr } = await release.install('--set=crd.enabled=false')
  t.equal(code, 1)
  t.match(
    stderr,
    /is an older release's and has no v1beta1.*upgrade what installed it first \(kubectl get crd /,
  )
})

t.test('a release whose API is converted by nobody any more is told how to go on', async (t) => {
  const [first, second] = [new Release(plane, 4, 'first', 'lost'), new Release(plane, 4, 'second', 'next')]
  t.teardown(async () => {
    await second.uninstall()
    await removeApi(plane)
  })
  succeeded(t, await first.install(), 'helm install')
  succeeded(t, await first.uninstall(), 'helm uninstall')
  const installed = await second.install('--set=crd.enabled=false')
  succeeded(t, installed, 'helm install')
  t.match(
    installed.stdout,
    'converted by Service first-mcrouter-operator-server in namespace lost, which is no more',
  )
  const command = /^ +kubectl (annotate --overwrite custom.*)$/m.exec(installed.stdout)?.[1]?.split(' ') ?? []
  succeeded(t, await plane.kubectl(command), 'its command')
  const upgraded = await second.upgrade('--reuse-values', '--set=crd.enabled=true')
  succeeded(t, upgraded, 'helm upgrade')
  t.notMatch(upgraded.stdout, 'which is no more')
  const { stdout } = await plane.kubectl([
    'get',
    CRD,
    '-o=jsonpath={.spec.conversion.webhook.clientConfig.service.namespace}',
  ])
  t.equal(stdout, 'next')
})

t.test('the names of the webhooks tell whose they are', async (t) => {
  const release = new Release(plane, 4, 'whose', 'elsewhere')
  t.teardown(async () => {
    await release.uninstall()
    await removeApi(plane)
  })
  succeeded(t, await release.install(), 'helm install')
  const { stdout } = await plane.kubectl([
    'get',
    'mutatingwebhookconfigurations,validatingwebhookconfigurations',
    '-o=jsonpath={.items[*].webhooks[*].name}',
  ])
  const name = 'whose-mcrouter-operator.elsewhere.mcrouter.example.com'
  t.strictSame(stdout.split(' ').toSorted(), [`mutate.${name}`, `protect.${name}`, `validate.${name}`])
})
