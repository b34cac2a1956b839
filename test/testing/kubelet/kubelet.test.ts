import t from 'tap'
import { startControlPlane } from '../../../testing/control-plane/index.ts'
import { eventually } from '../../../testing/deadline.ts'
import { startKubelet } from '../../../testing/kubelet/index.ts'

t.test('the stand-in for kubelet', async (t) => {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const kubelet = await startKubelet(controlPlane.client)
  t.teardown(() => kubelet.stop())
  const read = async (path: string, what: string) =>
    (await controlPlane.kubectl(['get', what, '-o', `jsonpath={${path}}`])).stdout

  await controlPlane.kubectl(['create', 'deployment', 'web', '--image=example.com/web:1', '--replicas=2'])

  t.test('makes pods ready, and the controllers see it', async (t) => {
    const { code, stderr } = await controlPlane.kubectl([
      'wait',
      'deployment/web',
      '--for=condition=Available',
      '--timeout=20s',
    ])
    t.equal(code, 0, stderr)
    const addresses = (await read('.items[*].status.podIP', 'pods')).split(' ')
    t.equal(new Set(addresses).size, 2, 'each pod has its own address')
    for (const address of addresses) t.match(address, /^127\./)
    t.match(await read('.items[0].status.conditions[*].message', 'pods'), /nothing runs/)
  })

  t.test('reports what a test decides', async (t) => {
    await kubelet.decide(() => ({ reason: 'ImagePullBackOff', message: 'no such image' }))
    t.equal(
      await read('.items[*].status.containerStatuses[*].state.waiting.reason', 'pods'),
      'ImagePullBackOff ImagePullBackOff',
    )
    await eventually(
      'no replica is available',
      async () => (await read('.status.availableReplicas', 'deployment/web')) === '',
    )
    await kubelet.decide(() => 'ready')
    await eventually(
      'both are again',
      async () => (await read('.status.availableReplicas', 'deployment/web')) === '2',
    )
  })

  t.test('goes on after a restart of the API server', async () => {
    await controlPlane.restartApiServer('SIGKILL')
    await controlPlane.kubectl(['scale', 'deployment/web', '--replicas=3'])
    await eventually(
      'the third is available',
      async () => (await read('.status.availableReplicas', 'deployment/web')) === '3',
    )
  })

  t.test('lets deleted pods go', async () => {
    await controlPlane.kubectl(['delete', 'deployment', 'web', '--wait=false'])
    await eventually('no pod is left', async () => (await read('.items[*].metadata.name', 'pods')) === '')
  })
})
