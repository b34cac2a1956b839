import { writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { configFor, serialise } from '../routing/config.ts'
import { flagsFor } from '../routing/flags.ts'
import { freePort, LOOPBACK } from '../testing/control-plane/port.ts'
import { eventually } from '../testing/deadline.ts'
import { mcrouterWith } from '../testing/mcrouter.ts'
import { launchExporter } from '../testing/operator/launch.ts'
import type { HostProcess } from '../testing/operator/process.ts'
import { accepts, onPath, startMemcached, startPool } from '../testing/pool.ts'
import type { Child, Children } from '../testing/process/children.ts'
import { run } from '../testing/process/command.ts'
import { cpuOf, memoryOf } from '../testing/process/usage.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { type CachePods, listsOf, type PodAddress } from './support/cache-objects.ts'
import { recordedAnswer } from './support/memcached-client.ts'
import { withPodHeap } from './support/pod-heap.ts'
import { routerAnswer } from './support/router-statistics.ts'
import { addedLatency, probeOf, textOf } from './support/scraped-latency.ts'
import { median } from './support/statistics.ts'

const TARGETS = 1_000
const EVERY_MS = 30_000
const CPU_BAR = 0.1
const MEMORY_BAR_MIB = 120
/** Of a Mcrouter. */
const PODS = 4

export const benchmark: Benchmark = {
  title: 'The exporter: 1,000 pods, each every 30 seconds',
  method: `The exporter as in the image, with the heap that Node gives itself within the memory limit of its pod, for 250 Mcrouters of two servers and two routers. It is asked for 1,000 pods in
turn, evenly over 30 s, as Prometheus does, for two rounds after one that does not count. Every pod is a process of its own address on loopback, which
answers what a memcached 1.6 with values in some twenty classes of sizes has answered, or as many statistics as a real router has. The API server answers lists
and watches of which nothing comes: what a change of a pod costs is not in here. CPU time is that of the whole process by the time on
the clock. *Added latency* is that of a memcached on which one client does a get at a time, and of a router in front of one, which four more clients
load in the same way, in turns of 2 s with and without a scrape of it every
100 ms, 300 times as often as usual; the ratio is taken within a round, of medians and of the slowest in a hundred. The router is the mcrouter on
PATH; without one, nothing can be said of it: a real one (v2026.08.17) took 1.06 ms for \`stats all\`, which is 0.004 % of a thread every 30 s.`,
  limits: `50 MiB of the memory are Node's own binary.`,
  needs: ['memcached'],
  run: measure,
}

interface Stage {
  readonly exporter: HostProcess
  readonly url: string
  readonly caches: readonly CachePods[]
  readonly measured: PodAddress
  readonly router: MeasuredRouter | undefined
}

interface MeasuredRouter extends PodAddress {
  /** What it says of itself. */
  readonly version: string
}

async function measure(bench: Bench): Promise<Figure[]> {
  const { children } = bench
  const measured = { host: LOOPBACK, port: await freePort() }
  startMemcached(children, measured.port)
  await eventually('memcached accepts connections', () => accepts(measured.port))
  const stage = await startStage(bench, measured, await startRouter(children))
  const { url, router } = stage
  try {
    const figures = await costs(bench, stage)
    const ofServer = { what: 'a get', probe: probeOf(url, measured, 'memcached'), loading: 0 }
    figures.push(...(await addedLatency(bench, measured, ofServer)))
    if (router !== undefined) {
      const probe = probeOf(url, router, 'mcrouter')
      const ofRouter = { what: 'a get through a loaded router', probe, loading: 4, remark: router.version }
      figures.push(...(await addedLatency(bench, router, ofRouter)))
    }
    return figures
  } finally {
    await stage.exporter.stop()
  }
}

/** Where there is an mcrouter. */
async function startRouter(children: Children): Promise<MeasuredRouter | undefined> {
  const mcrouter = onPath('mcrouter')
  if (mcrouter === undefined) return undefined
  const spec = mcrouterWith({ topology: 'sharded', routers: { release: 'current' } })
  const config = (addresses: readonly string[]) => serialise(configFor(spec, [addresses]))
  const port = await startPool(children, {
    name: 'measured',
    mcrouter,
    flags: flagsFor(spec),
    servers: 1,
    config,
  })
  return { host: LOOPBACK, port, version: (await run(mcrouter, ['--version'])).stdout.trim() }
}

async function startStage(
  { children, quick, application, say }: Bench,
  measured: PodAddress,
  router: MeasuredRouter | undefined,
): Promise<Stage> {
  const [api, servers, routers, port] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const caches = Array.from({ length: (quick ? 40 : TARGETS) / PODS }, (_, index) =>
    cacheOf(index, servers, routers),
  )
  const all = [
    ...caches,
    { name: 'measured', servers: [measured], routers: router === undefined ? [] : [router] },
  ]
  const recorded = await recordedAnswer(measured, quick ? 2 : 24)
  const file = join(children.directory, 'caches.json')
  const pods = [
    { port: servers, requests: 4, answer: recorded },
    { port: routers, requests: 3, answer: routerAnswer(2) },
  ]
  await writeFile(file, JSON.stringify({ api, lists: listsOf(all), pods }))
  const program = fileURLToPath(new URL('support/caches-process.ts', import.meta.url))
  const process_: Child = children.start('caches', { file: process.execPath, args: [program, file] })
  await eventually('the API answers', async () => (process_.running ? await accepts(api) : 'ended'))
  const kubeconfig = join(children.directory, 'exporter.kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(`http://${LOOPBACK}:${api}`))
  const { command } = withPodHeap(await application())
  const exporter = launchExporter(children, {
    port,
    kubeconfig,
    flags: ['--log-level=info'],
    program: command,
  })
  await exporter.start()
  say(`${caches.length * PODS} pods, each server of which tells ${Math.round(recorded.length / 1024)} KiB`)
  return { exporter, url: `http://${LOOPBACK}:${port}`, caches, measured, router }
}

function cacheOf(index: number, servers: number, routers: number): CachePods {
  const host = (pod: number) => `127.90.${index}.${pod + 1}`
  return {
    name: `cache-${index}`,
    servers: [0, 1].map((pod) => ({ host: host(pod), port: servers })),
    routers: [2, 3].map((pod) => ({ host: host(pod), port: routers })),
  }
}

async function costs({ quick, say }: Bench, { exporter, url, caches }: Stage): Promise<Figure[]> {
  const pid = exporter.pid ?? 0
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const urls = caches.flatMap(({ servers, routers }) => [
    ...servers.map((at) => probeOf(url, at, 'memcached')),
    ...routers.map((at) => probeOf(url, at, 'mcrouter')),
  ])
  const [cpu, now, milliseconds]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < (quick ? 2 : 3); round++) {
    const [spent, begun] = [cpuOf(pid), performance.now()]
    const times = await scraped(urls, quick ? 1_000 : EVERY_MS, agent)
    if (round === 0) continue
    cpu.push((cpuOf(pid) - spent) / 1_000 / (performance.now() - begun))
    now.push(memoryOf(pid).now)
    milliseconds.push(median(times))
    say(`${cpu.at(-1)?.toFixed(3)} CPU, ${now.at(-1)?.toFixed(0)} MiB`)
  }
  agent.destroy()
  const { peak } = memoryOf(pid)
  return [
    { what: 'CPU of the exporter', unit: 'CPU', samples: cpu, bar: CPU_BAR },
    { what: 'memory of the exporter', unit: 'MiB', samples: now, bar: MEMORY_BAR_MIB },
    { what: 'the same, at its highest', unit: 'MiB', samples: [peak], bar: MEMORY_BAR_MIB },
    { what: 'a probe, as its caller sees it', unit: 'ms', samples: milliseconds },
  ]
}

/** Asks for each once, evenly over that time; answers how many milliseconds each took. */
async function scraped(urls: readonly string[], withinMs: number, agent: Agent): Promise<number[]> {
  const begun = performance.now()
  const answers = urls.map(async (url, index) => {
    await delay((index * withinMs) / urls.length)
    const asked = performance.now()
    const text = await textOf(url, agent)
    if (!/^(memcached|mcrouter)_up\{.*\} 1$/m.test(text)) throw new Error(`${url}: ${text.slice(0, 200)}`)
    return performance.now() - asked
  })
  const times = await Promise.all(answers)
  await delay(Math.max(0, begun + withinMs - performance.now()))
  return times
}

function kubeconfigOf(server: string): string {
  const clusters = [{ name: 'caches', cluster: { server } }]
  const users = [{ name: 'exporter', user: { token: 'none' } }]
  const contexts = [{ name: 'caches', context: { cluster: 'caches', user: 'exporter' } }]
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters,
    users,
    contexts,
    'current-context': 'caches',
  })
}
