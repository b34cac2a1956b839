import { readFile } from 'node:fs/promises'
import t from 'tap'
import { mcrouter, startCluster } from '../support/cluster.ts'

t.test('in a namespace that enforces the restricted Pod Security level', async (t) => {
  const { apply, kubectl, read } = await startCluster(t)
  await kubectl(['create', 'namespace', 'strict'])
  await kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted'])

  const crs = {
    'my-mcrouter': await readFile(new URL('../../examples/ansible-operator.yaml', import.meta.url), 'utf8'),
    sessions: await readFile(new URL('../../examples/replicated.yaml', import.meta.url), 'utf8'),
    pages: await readFile(new URL('../../examples/sharded.yaml', import.meta.url), 'utf8'),
    placed: mcrouter('placed', {
      mcrouter_release: 'current',
      debug_fifo_root: '/var/mcrouter/fifos',
      image_pull_secrets: [{ name: 'registry' }],
      node_selector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'cache', operator: 'Exists', effect: 'NoSchedule' }],
    }),
  }
  for (const [name, cr] of Object.entries(crs)) {
    t.test(`${name} gets all its pods`, async (t) => {
      t.match(await apply(cr, '--namespace=strict'), { code: 0 })
      const wait = ['wait', '-n', 'strict', `mcrouter/${name}`, '--for=condition=Available', '--timeout=30s']
      const { code, stderr } = await kubectl(wait)
      t.equal(code, 0, stderr)
    })
  }

  t.test('nothing was refused or warned about', async (t) => {
    const events = await read('events -n strict', '{range .items[*]}{.reason}: {.message}{"\\n"}{end}')
    t.notMatch(events, /FailedCreate|PodSecurity/)
  })
})
