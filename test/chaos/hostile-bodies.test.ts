import { fork } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { REVIEW_LIMIT } from '../../server/routes/review-route.ts'
import { eventually } from '../../testing/deadline.ts'
import { Caller, servesAtOnce } from './caller.ts'
import { serve } from './crowded-server.ts'

const CLIENTS = 8
const CALLS = 400
/** What calls may take while the worst bodies are sent, on a machine that has nothing else to do. */
const P99_MS = 250

const CLIENTS_FILE = fileURLToPath(new URL('hostile-clients.ts', import.meta.url))
const WORST_FILES = ['worst-bodies', 'known-bodies'].map((name) =>
  fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url)),
)

interface Calls {
  readonly failed: readonly string[]
  readonly p99: number
  /** How much longer than its CPU time anything takes here meanwhile, because of all else that runs. */
  readonly slowdown: number
}

async function call(apiServer: Caller): Promise<Calls> {
  const times: number[] = []
  const failed: string[] = []
  const work = { wall: 0, cpu: 0 }
  for (let count = 0; count < CALLS; count += 1) {
    const begin = performance.now()
    const answer = await apiServer.ask()
    times.push(performance.now() - begin)
    if (answer !== 'allowed') failed.push(answer)
    // As they come to an API server: not each the moment that the one before is answered.
    await delay(5)
    spin(work)
  }
  times.sort((one, other) => one - other)
  const p99 = times[Math.floor(times.length * 0.99)] ?? 0
  return { failed, p99, slowdown: Math.max(1, work.wall / work.cpu) }
}

/** Takes two milliseconds of CPU time, and notes how long that took. */
function spin(work: { wall: number; cpu: number }): void {
  const begin = performance.now()
  const before = process.cpuUsage()
  let cpu = 0
  while (cpu < 2) {
    const { user, system } = process.cpuUsage(before)
    cpu = (user + system) / 1000
  }
  work.wall += performance.now() - begin
  work.cpu += cpu
}

/** So many clients from now to the end of the test; how many bodies they have sent. */
function attack(t: Test, port: number): () => number {
  const args = [`${port}`, `${CLIENTS}`, `${REVIEW_LIMIT}`, ...WORST_FILES]
  const child = fork(CLIENTS_FILE, args, { execArgv: [] })
  t.teardown(() => child.kill('SIGKILL'))
  let sent = 0
  child.on('message', () => {
    sent += 1
  })
  return () => sent
}

t.setTimeout(600_000)
t.test(
  'eight clients that send the worst bodies at full speed fail nobody, and delay nobody long',
  async (t) => {
    const port = await serve(t)
    const apiServer = new Caller(port, 1)
    t.teardown(() => apiServer.close())
    await call(apiServer)
    const quiet = await call(apiServer)
    const sent = attack(t, port)
    await eventually('all are at it', () => sent() >= CLIENTS)
    const before = sent()
    const { failed, p99, slowdown } = await call(apiServer)
    t.comment(
      `p99 ${p99.toFixed(1)} ms, ${quiet.p99.toFixed(1)} without them; ${sent() - before} bodies; slowed down ${slowdown.toFixed(1)}-fold`,
    )
    t.same(failed, [], 'each call is answered')
    t.ok(p99 < P99_MS * slowdown, `${p99} ms`)
    t.ok(sent() - before > CLIENTS, 'and the bodies kept coming')
    await servesAtOnce(t, port)
  },
)
