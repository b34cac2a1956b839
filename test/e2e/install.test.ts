import { readFile } from 'node:fs/promises'
import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { startClient } from './support/client.ts'
import { apply, kubectlOk } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-install'

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

t.before(async () => {
  await namespace(t, NAMESPACE)
  const began = performance.now()
  await installOperator(t)
  figure(t, 'helm install --wait', seconds(began))
})

const example = (name: string) => readFile(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8')
const untilAvailable = (name: string) =>
  kubectlOk(['-n', NAMESPACE, 'wait', `mcrouter/${name}`, '--for=condition=Available', '--timeout=180s'])

t.test("the Ansible operator's Mcrouter is served right after helm install --wait", async (t) => {
  const began = performance.now()
  await apply(await example('ansible-operator'), ['-n', NAMESPACE])
  await untilAvailable('my-mcrouter')
  figure(t, 'kubectl apply until Available', seconds(began))
  const mcrouter = new Mcrouter(NAMESPACE, 'my-mcrouter')
  await mcrouter.settled()
  await mcrouter.scale(2)
  await mcrouter.settled()

  const client = await startClient(NAMESPACE)
  t.test("the Ansible operator's own checks hold", async (t) => {
    for (const [key, value] of [
      ['foo', 'bar'],
      ['fizz', 'buzz'],
    ]) {
      const set = `set ${key} 0 0 ${value?.length}\r\n${value}`
      t.match(
        await client.talk(mcrouter.host, 5000, set),
        { kind: 'stored' },
        `set ${key} through the router`,
      )
      t.match(
        await client.talk(mcrouter.host, 5000, `get ${key}`),
        { kind: 'hit', text: value },
        `get ${key}`,
      )
      for (const ordinal of [0, 1]) {
        const reply = await client.talk(mcrouter.server(ordinal), 11211, `get ${key}`)
        t.match(reply, { kind: 'hit', text: value }, `${key} is on server ${ordinal}`)
      }
    }
    // Each connection meets one of the routers, which counts a server once it has asked it something.
    await eventually('a router counts both servers', async () => {
      await client.talk(mcrouter.host, 5000, 'set foo 0 0 3\r\nbar')
      const { text } = await client.talk(mcrouter.host, 5000, 'stats')
      return /^STAT num_servers_up 2\r?$/m.test(text)
    })
  })
  for (const [file, name] of [
    ['replicated', 'sessions'],
    ['sharded', 'pages'],
  ] as const) {
    t.test(`the example ${file} serves`, async (t) => {
      await apply(await example(file), ['-n', NAMESPACE])
      await untilAvailable(name)
      const { host } = new Mcrouter(NAMESPACE, name)
      // The proxies of the nodes hear of a ready router a moment after the API does.
      await eventually('it can be reached', async () => {
        return (await client.talk(host, 5000, 'set hello 0 0 5\r\nworld')).kind === 'stored'
      })
      t.match(await client.talk(host, 5000, 'get hello'), { kind: 'hit', text: 'world' })
    })
  }
})
