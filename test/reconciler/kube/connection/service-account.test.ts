import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { serviceAccount } from '../../../../reconciler/kube/connection/service-account.ts'

const ENVIRONMENT = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' }
const MOUNTED = { token: 'one\n', 'ca.crt': 'CA one', namespace: 'shop\n' }

t.test('a pod finds its API server, namespace, token and authority', async (t) => {
  const credentials = await serviceAccount(ENVIRONMENT, t.testdir(MOUNTED))
  t.equal(credentials.namespace, 'shop')
  const identity = await credentials.read(false)
  t.equal(identity.server.href, 'https://10.0.0.1:6443/')
  t.same(identity.headers, { authorization: 'Bearer one' })
  t.same(identity.tls, { ca: 'CA one' })
})

t.test('IPv6 and the default port', async (t) => {
  const { read } = await serviceAccount({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, t.testdir(MOUNTED))
  t.equal((await read(false)).server.href, 'https://[fd00::1]/')
})

t.test('a token or authority that the kubelet replaced is the one used next', async (t) => {
  const directory = t.testdir(MOUNTED)
  const credentials = await serviceAccount(ENVIRONMENT, directory)
  await writeFile(join(directory, 'token'), 'two')
  await writeFile(join(directory, 'ca.crt'), 'CA two')
  t.match(await credentials.read(false), { headers: { authorization: 'Bearer two' }, tls: { ca: 'CA two' } })
})

t.test('a missing file says what to do', async (t) => {
  const directory = t.testdir(MOUNTED)
  const credentials = await serviceAccount(ENVIRONMENT, directory)
  await rm(join(directory, 'token'))
  await t.rejects(credentials.read(false), {
    reason: 'Credentials',
    message: /token.*automountServiceAccountToken/,
  })
  await t.rejects(serviceAccount(ENVIRONMENT, join(directory, 'nowhere')), {
    name: 'ApiError',
    reason: 'Credentials',
  })
})
