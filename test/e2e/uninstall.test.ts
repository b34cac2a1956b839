import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { startClient } from './support/client.ts'
import { get, kubectl, kubectlOk, list, textAt } from './support/cluster.ts'
import { failed } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import {
  helmInstall,
  helmUninstall,
  helmUpgrade,
  installOperator,
  RELEASE,
  SYSTEM,
} from './support/operator.ts'
import { underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-uninstall'
const KEYS = 1000

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
})

t.test('upgrade and uninstall with a Mcrouter in use', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'cache')
  const keys = { target: { host: mcrouter.host, port: 5000 }, prefix: 'key', count: KEYS }
  await mcrouter.apply({})
  await mcrouter.settled()
  const client = await startClient(NAMESPACE)
  await client.fill(keys)

  await t.test('helm upgrade disturbs nobody', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'helm upgrade', async () => {
      await helmUpgrade('--set=server.logLevel=debug', '--set=reconciler.logLevel=debug')
    })
    t.equal(failed(report), 0)
    await mcrouter.patch({ memcached_max_connections: 2048 })
    await mcrouter.settled()
  })

  await t.test('helm uninstall leaves the caches, and nothing that blocks the API', async (t) => {
    await client.fill(keys)
    const report = await underTraffic(t, client, mcrouter, 'helm uninstall', async () => {
      await helmUninstall(RELEASE)
    })
    t.equal(failed(report), 0)
    t.strictSame((await client.audit(keys)).counts, { hit: KEYS })
    t.equal(
      await kubectlOk(['get', 'mutatingwebhookconfigurations,validatingwebhookconfigurations', '-o', 'name']),
      '',
      'no webhook is left',
    )
    t.equal(await kubectlOk(['-n', SYSTEM, 'get', 'deployments,secrets,services', '-o', 'name']), '')
    await kubectlOk(['-n', NAMESPACE, 'label', 'mcrouter', 'cache', 'changed=yes'])
    await kubectlOk(['-n', NAMESPACE, 'delete', 'pod', 'cache-memcached-0'])
    await eventually('Kubernetes replaces a lost pod', async () =>
      Boolean(await get(['-n', NAMESPACE, 'pod', 'cache-memcached-0'])),
    )
  })

  await t.test('an installation under another name goes on where that one ended', async (t) => {
    const other = 'another-name'
    const refusal = await helmInstall(other).catch((error: Error) => error.message)
    const command = /^ +kubectl (annotate .*)$/m.exec(refusal)?.[1]
    t.ok(command, refusal)
    await kubectlOk(command?.split(' ') ?? [])
    await helmInstall(other)
    await mcrouter.scale(3)
    await mcrouter.settled()
    await helmUninstall(other)
  })

  await t.test('the removal of Mcrouters and API, as operations.md says, removes everything', async (t) => {
    await kubectlOk(['delete', 'mcrouters', '--all', '--all-namespaces', '--timeout=120s'])
    const kinds = 'statefulsets,deployments,services,configmaps,poddisruptionbudgets,pods'
    await eventually('every object of the Mcrouter is gone', async () => {
      const left = await list(['-n', NAMESPACE, kinds, '-l', 'app.kubernetes.io/instance=cache'])
      const names = left.map((object) => `${textAt(object, 'kind')} ${textAt(object, 'metadata.name')}`)
      if (names.length > 0) throw new Error(names.join(', '))
      return true
    })
    const definition = ['customresourcedefinition', 'mcrouters.mcrouter.example.com']
    await kubectlOk(['delete', ...definition, '--timeout=120s'])
    t.match(await kubectl(['-n', NAMESPACE, 'get', 'mcrouters']), { code: 1 })
  })
})
