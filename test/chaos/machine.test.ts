import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Agent, fetch } from 'undici'
import { issueEphemeral } from '../../certs/authority.ts'
import { kubeconfig } from '../../testing/control-plane/kubeconfig.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchReconciler, launchServer, ROOT } from '../../testing/operator/launch.ts'
import { run } from '../../testing/process/command.ts'
import { Volume } from '../server/volume.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'

// What a machine can withhold from the processes: a place to write, a way to the API server, a name for it.

const LAUNCHER = join(ROOT, 'bin', 'mcrouter-operator.js')

/**
 * Neither process may write to any file (Node's permission model: https://nodejs.org/api/permissions.html), and what they
 * say goes to a disk that is full. A file system that is read-only, and directories that are not there, are less than that.
 */
function nowhereToWrite(args: readonly string[]) {
  const node = [process.execPath, '--permission', '--allow-fs-read=*', LAUNCHER]
  return {
    file: 'sh',
    // tap would load a module of its own into it, which asks for more.
    args: ['-c', 'unset NODE_OPTIONS; exec "$0" "$@" >/dev/full 2>&1', ...node, ...args],
    env: { PATH: process.env.PATH, HOME: '/no/such/home', TMPDIR: '/no/such/tmp' },
    cwd: '/',
  }
}

const insecure = new Agent({ connect: { rejectUnauthorized: false } })
t.teardown(() => insecure.destroy())

async function get(url: string): Promise<string> {
  const response = await fetch(url, { dispatcher: insecure })
  return `${response.status} ${await response.text()}`
}

const cluster = await startCluster(t, { program: nowhereToWrite })
const { controlPlane, operator, apply, read } = cluster

/** Through the webhooks and the reconciler. */
async function expands(name: string): Promise<void> {
  const { code, stderr } = await apply(mcrouter(name))
  if (code !== 0) throw new Error(stderr)
  await eventually(
    `${name} is expanded`,
    async () => (await read(`statefulset ${name}-memcached`, '{.kind}')) !== '',
  )
}

t.test('neither needs a place to write, and a full disk for the log stops neither', async (t) => {
  await expands('nowhere')
  for (const url of [operator.url, operator.reconcilerUrl]) {
    t.match(await get(`${url}/healthz`), /^200 /)
    await rests(url)
  }
})

t.test('an API server that is away when they start: both wait for it by themselves', async (t) => {
  const { server, reconciler } = operator
  // In an orderly way, so that the next one need not wait for the end of a lease.
  await Promise.all([server.stop('SIGKILL'), reconciler.stop()])
  await controlPlane.stopApiServer()
  await server.start()
  t.match(await get(`${operator.url}/readyz`), /^200 /, 'the server is ready without it')
  reconciler.launch()
  const why = await eventually('the reconciler says what it waits for', async () => {
    const answer = await get(`${operator.reconcilerUrl}/readyz`)
    return answer.includes('ECONNREFUSED') && answer
  })
  t.match(why, /^503 waiting for the first lists: GET \S+: nothing listens there: connect ECONNREFUSED 127/)
  t.match(await get(`${operator.reconcilerUrl}/healthz`), /^200 /, 'and need not be restarted')

  const { pid } = reconciler
  await controlPlane.startApiServer()
  await reconciler.ready()
  t.equal(reconciler.pid, pid, 'the same process')
  await expands('late')
})

t.test('no DNS: the reconciler says so and tries on; told to stop, it ends well', async (t) => {
  const port = await freePort()
  const file = join(controlPlane.directory, 'nameless.kubeconfig')
  await writeFile(file, kubeconfig({ url: 'https://kubernetes.invalid:6443', ca: '' }, { token: 'x' }))
  const launch = { port, namespace: 'default', name: 'nameless', kubeconfig: file, flags: [] }
  const reconciler = launchReconciler(controlPlane.children, launch)
  reconciler.launch()
  t.teardown(() => reconciler.stop('SIGKILL'))
  const url = `http://${LOOPBACK}:${port}`
  const known = /DNS does not know the name: getaddrinfo ENOTFOUND kubernetes.invalid/
  const answered = /DNS does not answer: getaddrinfo EAI_AGAIN kubernetes.invalid/
  await eventually('it says so', async () => {
    const answer = await get(`${url}/readyz`)
    return (
      answer.startsWith('503 waiting for the first lists') && (known.test(answer) || answered.test(answer))
    )
  })
  t.match(await get(`${url}/healthz`), /^200 /)
  await rests(url)
  t.same(await reconciler.stop(), { code: 0 })
})

t.test('a log whose reader goes away and comes back: nothing stops, and the log goes on', async (t) => {
  const { children, directory } = controlPlane
  const pipe = join(directory, 'log')
  await run('mkfifo', [pipe])
  const read = () => children.start('reader', { file: 'cat', args: [pipe] })
  const certificates = join(directory, 'certificates')
  const volume = new Volume(certificates)
  const renew = async () => volume.write(await issueEphemeral(Date.now()))
  await renew()
  const program = (args: readonly string[]) => ({
    file: 'sh',
    args: ['-c', 'exec "$0" "$@" 2>"$LOG"', process.execPath, LAUNCHER, ...args],
    env: { ...process.env, LOG: pipe },
  })
  const server = launchServer(children, { port: await freePort(), certificates, flags: [], program })
  t.teardown(() => server.stop('SIGKILL'))

  const first = read()
  await server.start()
  const { pid } = server
  const taken = (log: string) => log.split('took a serving certificate into use').length - 1
  await eventually('it is read', async () => taken(await first.log()) === 1)
  await first.stop('SIGKILL')
  await renew()
  await eventually('it serves on', () => server.ready().then(() => true))

  const second = read()
  await eventually('the log goes on', async () => {
    await renew()
    return taken(await second.log()) > 0
  })
  t.equal(server.pid, pid, 'the same process')
  await second.stop('SIGKILL')
})

/** Resolves when the process uses less than a fifth of a processor. */
async function rests(url: string): Promise<void> {
  const seconds = async () =>
    Number(/^process_cpu_seconds_total ([\d.e+-]+)/m.exec(await get(`${url}/metrics`))?.[1])
  let last = { at: performance.now(), seconds: await seconds() }
  const look = async () => {
    const before = last
    last = { at: performance.now(), seconds: await seconds() }
    return last.seconds - before.seconds < (0.2 * (last.at - before.at)) / 1000
  }
  await eventually('it rests', look, { everyMs: 1000 })
}
