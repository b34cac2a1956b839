import { join } from 'node:path'
import { fetch } from 'undici'
import { eventually } from '../testing/deadline.ts'
import type { HostOperator } from '../testing/operator/index.ts'
import { cpuOf } from '../testing/process/usage.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { startFleet } from './support/fleet.ts'
import { startServer } from './support/https-process.ts'
import { writeServing } from './support/serving.ts'

const BARS_MS = { server: 300, reconciler: 500 }

export const benchmark: Benchmark = {
  title: 'Start until ready',
  method: `From the start of the process, as in the image, until \`/readyz\` answers 200, polled every 5 ms. The server has its
certificate mounted; the reconciler finds an API server with a few Mcrouters, all converged, and both webhooks answering.
Wall-clock time needs an idle machine: if it is much above the CPU time, the machine was busy.`,
  limits: `Neither can be ready before its CPU time is used up, and the busier the machine, the later that is: see the load
below. What a command does not need (the Kubernetes client's credential plugins, the issuing of certificates, the OpenAPI
document) is in separate files, which it does not load.`,
  run: measure,
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const built = await application()
  const serving = await writeServing(join(children.directory, 'start'))
  const server = { wall: [] as number[], cpu: [] as number[] }
  for (let round = 0; round < (quick ? 1 : 15); round++) {
    const started = await startServer(children, built, serving)
    server.cpu.push(cpuOf(started.pid) / 1_000)
    server.wall.push(started.readyAfterMs)
    await started.stop()
  }
  const reconciler = { wall: [] as number[], cpu: [] as number[] }
  const fleet = await startFleet(built, say)
  try {
    for (let round = 0; round < (quick ? 1 : 15); round++) {
      reconciler.wall.push(await restart(fleet.operator))
      reconciler.cpu.push(cpuOf(fleet.operator.reconciler.pid ?? 0) / 1_000)
    }
  } finally {
    await fleet.stop()
  }
  return [
    { what: 'the server', unit: 'ms', samples: server.wall, bar: BARS_MS.server },
    { what: 'the server, CPU time', unit: 'ms', samples: server.cpu },
    { what: 'the reconciler', unit: 'ms', samples: reconciler.wall, bar: BARS_MS.reconciler },
    { what: 'the reconciler, CPU time', unit: 'ms', samples: reconciler.cpu },
  ]
}

/** Milliseconds until it is ready again. */
async function restart({ reconciler, reconcilerUrl }: HostOperator): Promise<number> {
  await reconciler.stop()
  const begin = performance.now()
  reconciler.launch()
  const ready = async () => (await fetch(`${reconcilerUrl}/readyz`)).ok
  await eventually('the reconciler is ready', ready, { everyMs: 5 })
  return performance.now() - begin
}
