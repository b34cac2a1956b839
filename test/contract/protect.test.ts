import t from 'tap'
import { collectionPath } from '../../reconciler/kube/paths.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'

const PROTECTED = { annotations: { 'mcrouter.example.com/protect': 'true' } }
const REFUSED =
  /admission webhook "protect\.[a-z.-]+\.mcrouter\.example\.com" denied the request: Mcrouter "kept" is protected from deletion/

t.test('a Mcrouter with the annotation protect', async (t) => {
  const { apply, kubectl, controlPlane, operator } = await startCluster(t)
  const exists = async (name: string) => (await kubectl(['get', 'mcrouter', name])).code === 0
  const made = async (name: string, metadata = {}) => {
    const { code, stderr } = await apply(mcrouter(name, {}, metadata))
    t.equal(code, 0, stderr)
  }
  await made('kept', PROTECTED)

  t.test('is not deleted, and the refusal has the command that allows it', async (t) => {
    const { code, stderr } = await kubectl(['delete', 'mcrouter', 'kept', '--timeout=20s'])
    t.equal(code, 1)
    t.match(stderr, REFUSED)
    t.match(stderr, 'kubectl -n default annotate mcrouter kept mcrouter.example.com/protect-')
    t.equal(await exists('kept'), true)
  })

  t.test('is not deleted with others either', async (t) => {
    await made('free')
    const { status, text } = await controlPlane.client.request('DELETE', collectionPath(mcrouters, 'default'))
    t.equal(status, 403, text)
    t.match(text, 'is protected from deletion')
    await made('free')
    t.match((await kubectl(['delete', 'mcrouters', '--all', '--timeout=20s'])).stderr, REFUSED)
    t.equal(await exists('kept'), true)
    t.equal(await exists('free'), false)
  })

  t.test('is the only one that an outage of the server keeps', async (t) => {
    await made('free')
    await made('released', { annotations: { 'mcrouter.example.com/protect': 'false' } })
    await operator.server.stop('SIGKILL')
    t.match(await kubectl(['delete', 'mcrouter', 'kept', '--timeout=20s']), {
      code: 1,
      stderr: /failed calling webhook "protect\.[a-z.-]+\.mcrouter\.example\.com"/,
    })
    for (const name of ['free', 'released'])
      t.equal((await kubectl(['delete', 'mcrouter', name, '--timeout=20s'])).code, 0, name)
    await operator.server.start()
  })

  t.test('is deleted once the annotation is gone', async (t) => {
    await kubectl(['annotate', 'mcrouter', 'kept', 'mcrouter.example.com/protect-'])
    t.equal((await kubectl(['delete', 'mcrouter', 'kept', '--timeout=20s'])).code, 0)
  })

  t.test('goes with its namespace', async (t) => {
    await kubectl(['create', 'namespace', 'leaving'])
    await made('kept', { ...PROTECTED, namespace: 'leaving' })
    const { code, stderr } = await kubectl(['delete', 'namespace', 'leaving', '--timeout=60s'])
    t.equal(code, 0, stderr)
    await eventually('it is gone', async () => (await kubectl(['get', 'namespace', 'leaving'])).code === 1)
  })
})
