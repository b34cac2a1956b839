import { join } from 'node:path'
import t from 'tap'
import { connect } from '../../../../reconciler/kube/connection/connect.ts'
import { TestClock } from '../../../support/clock.ts'

const CONFIG = JSON.stringify({
  'current-context': 'a',
  contexts: [
    { name: 'a', context: { cluster: 'c', user: 'u', namespace: 'from-kubeconfig' } },
    { name: 'b', context: { cluster: 'c', user: 'u', namespace: 'from-context-b' } },
  ],
  clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1' } }],
  users: [{ name: 'u', user: {} }],
})
const MORE = JSON.stringify({
  'current-context': 'd',
  contexts: [{ name: 'd', context: { cluster: 'e', user: 'f', namespace: 'from-context-d' } }],
  clusters: [{ name: 'e', cluster: { server: 'https://10.0.0.2' } }],
  users: [{ name: 'f', user: {} }],
})
const FILES = {
  config: CONFIG,
  more: MORE,
  home: { '.kube': { config: CONFIG.replace('from-kubeconfig', 'from-home') } },
  pod: { token: 'one', 'ca.crt': 'CA', namespace: 'from-pod' },
  empty: {},
}
const IN_POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1' }

t.test(
  'a kubeconfig that is named goes first, then KUBECONFIG, then the pod, then the home directory',
  async (t) => {
    const directory = t.testdir(FILES)
    const file = join(directory, 'config')
    const home = join(directory, 'home')
    const namespace = async (options: object, environment: Record<string, string>, mount = 'pod') => {
      const cluster = await connect({
        environment: { HOME: home, ...environment },
        serviceAccountDirectory: join(directory, mount),
        clock: new TestClock(),
        userAgent: 'x',
        ...options,
      })
      cluster.close()
      return cluster.namespace
    }
    t.equal(await namespace({ kubeconfig: file }, IN_POD), 'from-kubeconfig')
    t.equal(await namespace({ kubeconfig: file, context: 'b' }, IN_POD), 'from-context-b')
    t.equal(await namespace({}, { ...IN_POD, KUBECONFIG: file }), 'from-kubeconfig')
    t.equal(
      await namespace({ context: 'd' }, { KUBECONFIG: `${file}:${join(directory, 'more')}` }),
      'from-context-d',
    )
    t.equal(await namespace({}, { ...IN_POD, KUBECONFIG: '' }), 'from-pod')
    t.equal(await namespace({}, IN_POD), 'from-pod')
    t.equal(await namespace({}, IN_POD, 'empty'), 'from-home', 'a pod without a token')
    t.equal(await namespace({}, {}), 'from-home')
    await t.rejects(
      namespace({ kubeconfig: join(directory, 'missing') }, IN_POD),
      /cannot read the kubeconfig/,
    )
  },
)

t.test('no cluster at all: what was looked for, and what to do', async (t) => {
  const directory = t.testdir({})
  const environment = { HOME: directory }
  const options = { environment, serviceAccountDirectory: directory, clock: new TestClock(), userAgent: 'x' }
  await t.rejects(connect(options), {
    name: 'ApiError',
    message: /token and .*config do not exist; give --kubeconfig/,
  })
})
