import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import t from 'tap'
import { startControlPlane } from '../../../testing/control-plane/index.ts'
import { eventually } from '../../../testing/deadline.ts'

t.test('a control plane', async (t) => {
  const [one, other] = await Promise.all([startControlPlane(), startControlPlane()])
  t.teardown(() => Promise.all([one.stop(), other.stop()]))

  t.test('is one of several side by side', async (t) => {
    t.not(one.url, other.url)
    await one.kubectl(['create', 'namespace', 'only-here'])
    t.equal((await one.kubectl(['get', 'namespace', 'only-here'])).code, 0)
    t.match((await other.kubectl(['get', 'namespace', 'only-here'])).stderr, /not found/)
  })

  t.test('gives a service account what RBAC grants it and no more', async (t) => {
    await one.kubectl(['create', 'serviceaccount', 'reader'])
    await one.kubectl(['create', 'role', 'reader', '--verb=get,list', '--resource=configmaps'])
    await one.kubectl(['create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader'])
    const env = { KUBECONFIG: await one.serviceAccountKubeconfig('default', 'reader') }
    t.equal((await one.kubectl(['get', 'configmaps'], { env })).code, 0)
    t.match((await one.kubectl(['get', 'secrets'], { env })).stderr, /cannot list resource "secrets"/)
  })

  t.test('runs the workload controllers and collects what has lost its owner', async () => {
    await one.kubectl(['create', 'deployment', 'web', '--image=example.com/web:1'])
    const pods = async () => (await one.kubectl(['get', 'pods', '-l', 'app=web', '-o', 'name'])).stdout
    await eventually('the deployment has a pod', async () => (await pods()) !== '')
    await one.kubectl(['delete', 'deployment', 'web', '--wait=false'])
    await eventually('the pod is gone', async () => (await pods()) === '')
  })

  t.test('enforces Pod Security', async (t) => {
    await one.kubectl(['create', 'namespace', 'strict'])
    await one.kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted'])
    const { stderr } = await one.kubectl(['run', 'root', '--image=example.com/web:1', '-n', 'strict'])
    t.match(stderr, /violates PodSecurity "restricted/)
  })

  t.test('logs every request', async (t) => {
    await one.kubectl(['create', 'configmap', 'logged', '--from-literal=key=value'])
    const event = (await one.audit()).find(
      ({ verb, object }) => verb === 'create' && object.name === 'logged',
    )
    t.match(event, { code: 201, user: 'admin', requestObject: { data: { key: 'value' } } })
  })

  t.test('speaks to both Helm versions', async (t) => {
    t.match((await one.helm(['version', '--short'], { version: 3 })).stdout, /^v3\./)
    t.match((await one.helm(['version', '--short'])).stdout, /^v4\./)
    t.equal((await one.helm(['list', '--all-namespaces'], { version: 3 })).code, 0)
  })

  t.test('keeps its objects over a restart of the API server', async (t) => {
    await one.stopApiServer('SIGKILL')
    t.match((await one.kubectl(['get', 'namespaces'])).stderr, /refused/)
    await one.startApiServer()
    t.equal((await one.kubectl(['get', 'namespace', 'only-here'])).code, 0)
  })
})

t.test('leaves nothing behind when its process is killed', async (t) => {
  const program = `
    import { startControlPlane } from ${JSON.stringify(new URL('../../../testing/control-plane/index.ts', import.meta.url).href)}
    const { directory, url } = await startControlPlane()
    console.log(JSON.stringify({ directory, url }))
    setInterval(() => {}, 1000)`
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { directory, url } = JSON.parse(line)
    t.ok(existsSync(directory), 'it runs')
    child.kill(signal)
    await eventually(`the directory is gone after ${signal}`, () => !existsSync(directory))
    const refused = () =>
      fetch(url).then(
        () => false,
        ({ cause }) => cause.code === 'ECONNREFUSED',
      )
    await eventually(`nobody listens after ${signal}`, refused)
  }
})
