import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { configFor, serialise } from '../../routing/config.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { objects } from '../../testing/kubelet/pod-status.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { launchExporter } from '../../testing/operator/launch.ts'
import { type Child, Children } from '../../testing/process/children.ts'
import { startPrometheus } from '../../testing/prometheus.ts'
import { routerProgram } from '../clients/stage.ts'
import { lint, skipWithout } from '../monitoring/prometheus-tools.ts'
import { at, atPath } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'
import { covers, grantsOf, titleOf } from '../support/rights/grant.ts'
import { usesOf } from '../support/rights/use.ts'
import { portsOf, scrapeConfig } from '../support/scrape-config.ts'

// The exporter with the rights that the chart grants it, and pods whose addresses are real processes' on loopback: memcached, and
// mcrouter or its stand-in.

const NAMESPACE = 'mcrouter-system'
const ACCOUNT = 'mcrouter-operator-exporter'
t.setTimeout(180_000)

const { controlPlane, apply, kubectl } = await startCluster(t, { values: ['exporter.enabled=true'] })
// Other tests of this machine give their pods the same addresses.
const [serverPort, routerPort] = [await freePort(), await freePort()]
const kubeconfig = await controlPlane.serviceAccountKubeconfig(NAMESPACE, ACCOUNT)
const children = new Children('exporter')
t.teardown(() => children.end())

async function startExporter(...flags: string[]) {
  const port = await freePort()
  const process = launchExporter(children, { port, kubeconfig, flags })
  await process.start()
  return { process, url: `http://${LOOPBACK}:${port}` }
}

function mcrouter(name: string, namespace = 'default'): JsonObject {
  return {
    apiVersion: 'mcrouter.example.com/v1beta1',
    kind: 'Mcrouter',
    metadata: { name, namespace },
    spec: { memcached: { shards: 2, port: serverPort }, router: { replicas: 1, port: routerPort } },
  }
}

/** Addresses of the pods with that label of a tier, by their names. */
async function addresses(component: string, namespace = 'default'): Promise<Map<string, string>> {
  const selector = `labelSelector=app.kubernetes.io/component=${component}`
  const { body } = await controlPlane.client.request(
    'GET',
    `/api/v1/namespaces/${namespace}/pods?${selector}`,
  )
  return new Map(
    objects(body.items).map((pod) => [
      String(at(pod, 'metadata', 'name')),
      String(at(pod, 'status', 'podIP')),
    ]),
  )
}

async function settled(name: string, namespace = 'default'): Promise<void> {
  const path = `jsonpath={.status.conditions[?(@.type=="Progressing")].reason}`
  const reason = async () => (await kubectl(['-n', namespace, 'get', 'mcrouter', name, '-o', path])).stdout
  await eventually(`${name} is complete`, async () => (await reason()) === 'Complete')
}

await kubectl(['create', 'namespace', 'other'])
await apply(mcrouter('cache'))
await apply(mcrouter('cache', 'other'))
await settled('cache')
await settled('cache', 'other')
const servers = await addresses('memcached')
const [router = ''] = (await addresses('mcrouter')).values()
const [first = '', second = ''] = ['cache-memcached-0', 'cache-memcached-1'].map((name) => servers.get(name))
const processes = new Map<string, Child>()

function startServer(host: string): void {
  const args = ['-u', 'nobody', '-l', host, '-p', `${serverPort}`, '-U', '0']
  processes.set(host, children.start('memcached', { file: 'memcached', args }))
}

async function startRouter(): Promise<void> {
  const file = join(children.directory, 'config.json')
  const hosts = [first, second].map((host) => `${host}:${serverPort}`)
  await writeFile(file, serialise(configFor(mcrouterWith({ topology: 'sharded' }), [hosts])))
  const { path } = await routerProgram(children.directory)
  const args = [`--port=${routerPort}`, `--config-file=${file}`, '--debug-fifo-root=']
  processes.set(router, children.start('mcrouter', { file: path, args }))
}

for (const host of [first, second]) startServer(host)
await startRouter()
const exporter = await startExporter()

async function probe(
  target: string,
  module: string,
  { url } = exporter,
): Promise<{ status: number; text: string }> {
  const query = new URLSearchParams({ target, module })
  const response = await fetch(`${url}/probe?${query}`)
  return { status: response.status, text: await response.text() }
}

const ofServer = (host: string, from = exporter) => probe(`${host}:${serverPort}`, 'memcached', from)
const LABELS = 'namespace="default",mcrouter="cache",pool="main"'

t.test('a server tells its counts, with its place', async (t) => {
  const answer = await eventually('memcached answers', async () => {
    const one = await ofServer(second)
    return one.text.includes('memcached_up') && one.text.endsWith(' 0\n') ? undefined : one
  })
  t.equal(answer.status, 200)
  t.match(answer.text, `memcached_up{${LABELS},shard="1",copy="0"} 1\n`)
  t.match(answer.text, `memcached_limit_bytes{${LABELS},shard="1",copy="0"} 67108864\n`)
})

t.test('a router tells its own, and what it runs', async (t) => {
  const answer = await eventually('mcrouter answers', async () => {
    const one = await probe(`${router}:${routerPort}`, 'mcrouter')
    return one.text.includes('mcrouter_up{namespace="default",mcrouter="cache"} 1\n') ? one : undefined
  })
  t.match(
    answer.text,
    /mcrouter_config_digest_info\{namespace="default",mcrouter="cache",digest="[0-9a-f]{32}"\} 1\n/,
  )
  t.match(
    answer.text,
    `mcrouter_server_down{namespace="default",mcrouter="cache",server="${first}:${serverPort}",`,
  )
})

t.test(
  'promtool reads both, and what the exporter says of itself',
  { skip: skipWithout('promtool') },
  async (t) => {
    const metrics = await (await fetch(`${exporter.url}/metrics`)).text()
    const answers = [
      (await ofServer(first)).text,
      (await probe(`${router}:${routerPort}`, 'mcrouter')).text,
      metrics,
    ]
    for (const input of answers) {
      // Names of others are as they are.
      t.strictSame(
        (await lint(input)).filter((line) => !/^(memcached|nodejs)_/.test(line)),
        [],
      )
    }
    t.match(metrics, 'mcrouter_operator_exporter_targets{module="memcached"} 4')
  },
)

t.test(
  'Prometheus asks for each by the documented configuration',
  { skip: skipWithout('prometheus') },
  async (t) => {
    const pods = objects((await controlPlane.client.request('GET', '/api/v1/pods')).body.items)
    const asked = await startPrometheus(
      children,
      scrapeConfig(pods.flatMap(portsOf), new URL(exporter.url).host),
    )
    const told = (up: string, count: number) =>
      eventually(`${count} series of ${up}`, async () => {
        const series = await asked.query(up)
        return series.length === count && series
      })
    await told('mcrouter_up', 2)
    const servers = await told('memcached_up', 4)
    const one = servers.find((series) => atPath(series, 'metric.instance') === 'default/cache-memcached-1')
    const place = { namespace: 'default', mcrouter: 'cache', pool: 'main', shard: '1', copy: '0' }
    const found = { pod: 'cache-memcached-1', endpoint: 'memcached' }
    t.match(one, { metric: { ...place, ...found }, value: [Number, '1'] })
  },
)

t.test('it asks nobody else', async (t) => {
  const stranger = { 'app.kubernetes.io/name': 'mcrouter', 'app.kubernetes.io/instance': 'cache' }
  const labels = {
    ...stranger,
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
    'app.kubernetes.io/component': 'memcached',
  }
  const containers = [{ name: 'memcached', image: 'memcached', ports: [{ containerPort: serverPort }] }]
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stranger', namespace: 'other', labels },
    spec: { containers },
  })
  const address = await eventually('the stranger has an address', async () => {
    const found = (await addresses('memcached', 'other')).get('stranger')
    return found === 'undefined' ? undefined : found
  })
  let connections = 0
  const listening = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(serverPort, address)
  await once(listening, 'listening')
  t.teardown(() => listening.close())
  const api = new URL(controlPlane.url).host
  for (const target of [`${address}:${serverPort}`, `${first}:22`, `${router}:${serverPort}`, api])
    t.match(
      await probe(target, 'memcached'),
      { status: 404, text: `${target} is no pod of a Mcrouter\n` },
      target,
    )
  for (const target of ['localhost:80', 'cache.default.svc:5000', '', '169.254.169.254'])
    t.match(await probe(target, 'memcached'), { status: 400, text: /give one target=IP:PORT/ }, target)
  t.match(await probe(`${first}:${serverPort}`, 'mcrouter'), { status: 400, text: /is of module=memcached/ })
  t.match(await probe(`${first}:${serverPort}`, 'http'), {
    status: 400,
    text: /give one module: mcrouter or memcached/,
  })
  await once(connect(serverPort, address), 'close')
  t.equal(connections, 1, 'and that is of this test')
})

t.test('one that hangs or is gone is down, and the other answers meanwhile', async (t) => {
  const pid = processes.get(first)?.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  const hanging = ofServer(first)
  t.match(await ofServer(second), { status: 200, text: `memcached_up{${LABELS},shard="1",copy="0"} 1\n` })
  const down = `memcached_up{${LABELS},shard="0",copy="0"} 0\n`
  t.match(await hanging, { status: 200, text: down })
  process.kill(pid, 'SIGCONT')
  t.match(await ofServer(first), { status: 200, text: down.replace(' 0\n', ' 1\n') })
  await processes.get(first)?.stop('SIGKILL')
  t.match(await ofServer(first), { status: 200, text: down })
})

t.test('the address of a pod that is gone is nobody', async (t) => {
  await kubectl(['delete', 'pod', 'cache-memcached-0'])
  await eventually('it is forgotten', async () => (await ofServer(first)).status === 404)
  const next = await eventually('there is another', async () => {
    const found = (await addresses('memcached')).get('cache-memcached-0')
    return found === first || found === 'undefined' ? undefined : found
  })
  t.match(
    await eventually('it is known', async () => {
      const one = await ofServer(next)
      return one.status === 200 ? one : undefined
    }),
    { text: `memcached_up{${LABELS},shard="0",copy="0"} 0\n` },
  )
})

t.test('it may be told of which namespaces', async (t) => {
  const limited = await startExporter('--watch-namespaces=other')
  const theirs = (await addresses('memcached', 'other')).get('cache-memcached-0') ?? ''
  t.match(await ofServer(theirs, limited), { status: 200 })
  t.match(await ofServer(second, limited), { status: 404 })
  await limited.process.stop()
})

t.test('it has no right that it does not use, and needs no other', async (t) => {
  t.strictSame(await exporter.process.stop(), { code: 0 })
  const grants = await grantsOf(controlPlane.client, NAMESPACE, ACCOUNT)
  const user = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`
  const calls = (await controlPlane.audit()).filter(
    (event) => event.user === user && event.object.resource !== '',
  )
  t.equal(grants.length, 12)
  t.ok(calls.length >= 10)
  t.strictSame(
    calls
      .filter(({ code }) => code === 403)
      .flatMap(usesOf)
      .map(titleOf),
    [],
  )
  const uses = calls.flatMap(usesOf)
  t.strictSame(grants.filter((grant) => !uses.some((use) => covers(grant, use))).map(titleOf), [])
  t.ok(grants.every(({ verb }) => verb === 'list' || verb === 'watch'))
})

t.test('without an API server it goes on with what it knows', async (t) => {
  const exporter = await startExporter()
  await controlPlane.stopApiServer()
  await eventually('it has noticed', async () =>
    (await exporter.process.log()).includes('watch failed, going on'),
  )
  const up = { status: 200, text: `memcached_up{${LABELS},shard="1",copy="0"} 1\n` }
  t.match(await ofServer(second, exporter), up)
  for (const path of ['/healthz', '/readyz']) t.equal((await fetch(exporter.url + path)).status, 200, path)
  await controlPlane.startApiServer()
  t.strictSame(await exporter.process.stop(), { code: 0 })
})
