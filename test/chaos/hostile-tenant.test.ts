import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { KIND } from '../../schemas/well-known.ts'
import type { Answer } from '../../testing/control-plane/client.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { startOperator } from '../../testing/operator/index.ts'
import { cpuOf } from '../../testing/process/usage.ts'

// What a tenant's objects cost everybody: through a real API server, which makes a review of each before it looks at its schema.

const CLIENTS = 4
const APPLIES = 46
/** Bytes: the API server takes 3 MiB. */
const SIZE = 3_100_000
/** CPU time of the server for one of them at most, twice as much where others use the same processors. */
const CPU_MS = 2 * 150

/** Its annotation has an escape in what Go makes of it, which the server cannot pass over. */
const HOSTILE = `{"apiVersion":"${API_VERSION}","kind":"${KIND}","metadata":{"generateName":"x","annotations":{"a":"<"}},"spec":{"tolerations":[{}${',{}'.repeat(SIZE / 3)}]}}`

const path = (namespace: string) => `/apis/${API_VERSION}/namespaces/${namespace}/mcrouters`

t.setTimeout(600_000)

const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())
const operator = await startOperator(controlPlane)
t.teardown(() => operator.stop())
const { client, kubectl } = controlPlane

t.test('an object of 3.1 MB is denied in few words and little time', async (t) => {
  for (const namespace of ['hostile', 'good'])
    t.equal((await kubectl(['create', 'namespace', namespace])).code, 0)
  const spent: number[] = []
  for (let count = 0; count < 3; count += 1) {
    const before = cpuOf(operator.server.pid ?? 0)
    const { status, text } = await client.request('POST', path('hostile'), { body: HOSTILE })
    spent.push((cpuOf(operator.server.pid ?? 0) - before) / 1000)
    t.match({ status, text }, { status: 422, text: /more than 10000 values/ })
  }
  t.ok(Math.min(...spent) < CPU_MS, `${spent} ms`)
})

t.test('four clients that write such objects fail nobody’s applies', async (t) => {
  const quiet = await applies('quiet', () => true)
  const over = new AbortController()
  const answers: Answer[] = []
  const hostile = Promise.all(Array.from({ length: CLIENTS }, () => attack(answers, over.signal)))
  const beside = await applies('beside', () => answers.length >= CLIENTS)
  over.abort()
  await hostile
  t.comment(`p99 ${told(quiet.times)} without them, ${told(beside.times)} beside ${answers.length} of them`)
  t.strictSame([...quiet.failed, ...beside.failed], [], 'each apply is stored')
  // An API server that they keep busy gives some up itself; where the webhook is to blame it says so.
  const blaming = answers.filter(({ text }) => /failed calling webhook/.test(text))
  t.strictSame(blaming, [])
})

/** Objects one after the other until the end; an API server that has too much to do may hang up. */
async function attack(answers: Answer[], end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    const sent = client.request('POST', path('hostile'), { body: HOSTILE, signal: end })
    const answer = await sent.catch(() => undefined)
    if (answer !== undefined) answers.push(answer)
  }
}

/** Milliseconds of each apply until there is enough of them, and the answers to those that were not stored. */
async function applies(prefix: string, isEnough: () => boolean) {
  const times: number[] = []
  const failed: string[] = []
  for (let count = 0; count < APPLIES || !isEnough(); count += 1) {
    const name = `${prefix}-${count}`
    const body = { apiVersion: API_VERSION, kind: KIND, metadata: { name }, spec: { memcached_pool_size: 3 } }
    const begin = performance.now()
    const { status, text } = await client.request('PATCH', `${path('good')}/${name}?fieldManager=test`, {
      body,
      contentType: 'application/apply-patch+yaml',
    })
    times.push(performance.now() - begin)
    if (status !== 201) failed.push(`${status} ${text}`)
    await delay(20)
  }
  return { times, failed }
}

function told(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other)
  return `${sorted[Math.floor(sorted.length * 0.99)]?.toFixed(0)} ms (median ${sorted[sorted.length >> 1]?.toFixed(0)})`
}
