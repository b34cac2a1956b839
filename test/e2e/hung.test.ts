import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { kubectlOk } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator } from './support/operator.ts'

// Processes that are stopped (SIGSTOP): kubelet's probes are answered by the kernel, and nothing else says so.

const NAMESPACE = 'mcrouter-e2e-hung'
const SAID_MS = 30_000

let nodes: Nodes
const mcrouter = new Mcrouter(NAMESPACE, 'cache')
t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  nodes = await Nodes.start(t)
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', 'cache', '--wait=false']))
  await mcrouter.apply({ pool_setup: 'sharded', memcached_pool_size: 2, memcached_memory_mb: 64 })
  await mcrouter.settled()
})

/** Resolves to the seconds until a condition has that reason. */
async function until(type: string, reason: string, withinMs: number): Promise<number> {
  const began = performance.now()
  const path = `{.status.conditions[?(@.type=="${type}")].reason}`
  const read = () => kubectlOk(['-n', NAMESPACE, 'get', 'mcrouter', 'cache', '-o', `jsonpath=${path}`])
  await eventually(`${type} is ${reason}`, async () => (await read()) === reason, { withinMs })
  return (performance.now() - began) / 1000
}

t.test('a memcached that hangs is said within 30 s, and is not restarted', async (t) => {
  const [, victim = ''] = await mcrouter.pods('memcached')
  await nodes.prepare(NAMESPACE, victim)
  await nodes.freeze(NAMESPACE, victim)
  figure(
    t,
    'hung memcached until Degraded',
    `${(await until('Degraded', 'ServerNotAnswering', SAID_MS)).toFixed(1)} s`,
  )
  await until('Available', 'ServersNotAnswering', 2_000)
  await nodes.thaw(NAMESPACE, victim)
  await until('Ready', 'Serving', 60_000)
  const restarts = '{.status.containerStatuses[0].restartCount}'
  t.equal(await kubectlOk(['-n', NAMESPACE, 'get', 'pod', victim, '-o', `jsonpath=${restarts}`]), '0')
})

t.test('a router that hangs is said within 30 s, and is replaced', async (t) => {
  const [victim = ''] = await mcrouter.pods('mcrouter')
  await nodes.prepare(NAMESPACE, victim)
  await nodes.freeze(NAMESPACE, victim)
  figure(
    t,
    'hung router until Degraded',
    `${(await until('Degraded', 'RouterNotAnswering', SAID_MS)).toFixed(1)} s`,
  )
  await eventually(
    'it is not served by any more',
    async () => !(await mcrouter.pods('mcrouter')).includes(victim),
    {
      withinMs: 120_000,
    },
  )
  await until('Ready', 'Serving', 60_000)
})
