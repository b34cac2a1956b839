import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { systemClock } from '../../process/clock.ts'
import { events, pods } from '../../reconciler/kube/resources.ts'
import { askOver } from '../../reconciler/vitals/asking.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// Processes that are stopped (SIGSTOP) while the kernel goes on taking connections for them: kubelet's TCP probe is content.

const cluster = await startBareCluster(t)
const { list } = cluster

/**
 * Answers what the reconciler asks of a server or of a router, on the address of a pod. After SIGUSR2 it has many clients and
 * leaves new connections to themselves, as a process that has no files left, until the next one.
 */
const PROGRAM = `
  const [host, port] = process.argv.slice(1)
  let full = false
  process.on('SIGUSR2', () => { full = !full })
  const answer = () => [
    'curr_connections 10', 'max_connections 1024', 'version 2026.08.17.00 mcrouter',
    'num_client_connections ' + (full ? 900 : 300),
  ].map((line) => 'STAT ' + line + '\\r\\n').join('') + 'END\\r\\n'
  require('node:net').createServer((socket) => {
    socket.on('error', () => {})
    if (!full) socket.on('data', () => socket.write(answer()))
  }).listen(Number(port), host, () => console.log('listens'))
`

const processes = new Map<string, ChildProcess>()
t.teardown(() => {
  for (const child of processes.values()) child.kill('SIGKILL')
})

/** Sees to it that every pod of the namespace has a process. */
async function run(namespace: string): Promise<void> {
  for (const pod of await list(pods, namespace)) {
    const [host, name] = [at(pod, 'status', 'podIP'), at(pod, 'metadata', 'name')]
    const port = at(pod, 'spec', 'containers', 0, 'ports', 0, 'containerPort')
    if (typeof host !== 'string' || typeof name !== 'string' || processes.has(name)) continue
    const child = spawn(process.execPath, ['-e', PROGRAM, host, `${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    processes.set(name, child)
    await once(child.stdout, 'data')
  }
}

t.test('what hangs is said within 30 s, and a router is replaced', async (t) => {
  const ask = askOver((host, port) => connect({ host, port }), systemClock)
  const { want, settled, status, reason } = await reconciledNamespace(t, cluster, 'hung', { ask })
  const SPEC = { pool_setup: 'sharded', memcached_pool_size: 2, mcrouter_replicas: 2 }
  await want(SPEC)
  await settled()
  await run('hung')
  const answering = async () =>
    JSON.stringify(at(await status(), 'instances') ?? '').match(/"Answering"/g)?.length === 4
  await eventually('all answer', answering, { withinMs: 60_000 })
  t.equal(await reason('Ready'), 'Serving')

  await t.test('a memcached server', async (t) => {
    const server = processes.get('cache-memcached-1')
    server?.kill('SIGSTOP')
    const said = async () => (await reason('Degraded')) === 'ServerNotAnswering'
    await eventually('it is said', said, { withinMs: 30_000 })
    t.equal(await reason('Available'), 'ServersNotAnswering', 'half of the keys cannot be had')
    t.match(JSON.stringify(await status()), /cache-memcached-1 accepts connections and does not answer/)
    server?.kill('SIGCONT')
    const well = async () => (await reason('Ready')) === 'Serving'
    await eventually('it is back', well, { withinMs: 30_000 })
    t.ok(await cluster.get(pods, 'hung', 'cache-memcached-1'), 'and was never restarted')
  })

  const name = [...processes.keys()].find((one) => !one.includes('memcached')) ?? ''

  await t.test(
    'a router that is of another release than the spec says, which is Ready all the same',
    async (t) => {
      t.equal(await reason('Degraded'), 'ReleaseDiffers')
      t.match(JSON.stringify(await status()), 'set mcrouter_release to')
      await want({ ...SPEC, mcrouter_release: 'current' })
      await settled()
      await eventually('it is gone', async () => (await reason('Degraded')) === 'AsExpected')
    },
  )

  await t.test('a router that is out of connections, which does not hang', async (t) => {
    processes.get(name)?.kill('SIGUSR2')
    const said = async () => (await reason('Degraded')) === 'RouterConnectionsExhausted'
    await eventually('it is said', said, { withinMs: 30_000 })
    t.match(JSON.stringify(await status()), `${name} takes no more clients`)
    processes.get(name)?.kill('SIGUSR2')
    const well = async () => (await reason('Degraded')) !== 'RouterConnectionsExhausted'
    await eventually('it takes some again', well, { withinMs: 30_000 })
    t.ok(await cluster.get(pods, 'hung', name), 'and was not evicted')
  })

  await t.test('a router', async (t) => {
    processes.get(name)?.kill('SIGSTOP')
    const said = async () => (await reason('Degraded')) === 'RouterNotAnswering'
    await eventually('it is said', said, { withinMs: 30_000 })
    t.equal(await reason('Available'), 'Serving', 'the other serves')
    const gone = async () => (await cluster.get(pods, 'hung', name)) === undefined
    await eventually('it is evicted', gone, { withinMs: 60_000 })
    await settled()
    await run('hung')
    await eventually('all is well', async () => (await reason('Ready')) === 'Serving', { withinMs: 30_000 })
    const told = async () => (await list(events, 'hung')).some((event) => event.reason === 'RouterEvicted')
    await eventually('an event tells it', told)
  })
})
