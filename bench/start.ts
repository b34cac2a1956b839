import { join } from 'node:path'
import { fetch } from 'undici'
import { eventually } from '../test/support/deadline.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { startServer } from './support/https-process.ts'
import { writeServing } from './support/serving.ts'
import { cpuOf } from './support/usage.ts'

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

async function measure({ quick, children, application, fleet: start }: Bench): Promise<Figure[]> {
  const built = await application()
  const serving = await writeServing(join(children.directory, 'start'))
  const server = { wall: [] as number[], cpu: [] as number[] }
  for (let round = 0; round < (quick ? 1 : 15); round++) {
    const started = await startServer(children, built, serving)
    server.cpu.push(cpuOf(started.pid) / 1_000)
    server.wall.push(started.readyAfterMs)
    await started.stop()
  }
  const { operator } = await start()
  const reconciler = { wall: [] as number[], cpu: [] as number[] }
  for (let round = 0; round < (quick ? 1 : 15); round++) {
    await operator.reconciler.stop()
    const begin = performance.now()
    operator.reconciler.launch()
    const ready = async () => (await fetch(`${operator.reconcilerUrl}/readyz`)).ok
    await eventually('the reconciler is ready', ready, { everyMs: 5 })
    reconciler.wall.push(performance.now() - begin)
    reconciler.cpu.push(cpuOf(operator.reconciler.pid ?? 0) / 1_000)
  }
  return [
    { what: 'the server', unit: 'ms', samples: server.wall, bar: BARS_MS.server },
    { what: 'the server, CPU time', unit: 'ms', samples: server.cpu },
    { what: 'the reconciler', unit: 'ms', samples: reconciler.wall, bar: BARS_MS.reconciler },
    { what: 'the reconciler, CPU time', unit: 'ms', samples: reconciler.cpu },
  ]
}
