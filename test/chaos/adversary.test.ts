import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { Agent, fetch } from 'undici'
import { buildApplication } from '../../bench/support/application.ts'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { leases } from '../../reconciler/kube/resources.ts'
import { at } from '../support/at.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { SEED } from '../support/effort.ts'
import { memoryOf } from '../support/process/usage.ts'
import { strikeUntil } from './adversary/adversary.ts'
import { Intruder, NAMESPACE, USER } from './adversary/intruder.ts'
import { summaryOf, Victim, WHAT } from './adversary/victim.ts'
import { memoryLimitOf } from './limits.ts'

// Somebody with the role `edit` in a namespace, and a network path to the webhook server, does the worst that is known, at
// random; a tenant of another namespace must notice little of it.

/** Ten minutes with `npm run adversary`. */
const SECONDS = Number(process.env.ADVERSARY_SECONDS ?? 30)
/** What is usual is measured first, for so long. */
const USUAL_SECONDS = Math.max(15, SECONDS / 10)
/** Milliseconds; what takes less may take so long: a machine that also runs the adversary and the API server is noisy. */
const NOISE = 50
const MEBIBYTE = 2 ** 20

const seconds = (count: number) => AbortSignal.timeout(count * 1000)

t.test(`an adversary for ${SECONDS} s (FUZZ_SEED=${SEED})`, async (t) => {
  const application = await buildApplication(t.testdir())
  const flags = ['--log-level=info']
  const { controlPlane, kubelet, operator, kubectl, apply } = await startCluster(t, {
    program: application.command,
    serverFlags: flags,
    reconcilerFlags: flags,
  })
  const { client } = controlPlane
  // Nothing that the adversary starts ever becomes Ready.
  await kubelet.decide((pod) => (at(pod, 'metadata', 'namespace') === NAMESPACE ? 'pending' : 'ready'))
  for (const namespace of [NAMESPACE, 'victim']) await kubectl(['create', 'namespace', namespace])
  const bound = ['create', 'rolebinding', USER, '--clusterrole=edit', `--user=${USER}`]
  t.equal((await kubectl(['-n', NAMESPACE, ...bound])).code, 0)
  t.equal((await apply(mcrouter('sessions', {}, { namespace: 'victim' }))).code, 0)
  const complete = ['wait', '-n', 'victim', 'mcrouter/sessions', '--for=condition=Available', '--timeout=60s']
  t.equal((await kubectl(complete)).code, 0)

  const victim = new Victim(client, 'victim')
  await victim.workUntil(seconds(5))
  const usual = await victim.workUntil(seconds(USUAL_SECONDS))

  const agent = new Agent({ connect: { rejectUnauthorized: false } })
  t.teardown(() => agent.destroy())
  const post = async (path: string, body: string) => {
    const headers = { 'content-type': path === '/render' ? 'application/yaml' : 'application/json' }
    const sent = { dispatcher: agent, method: 'POST', headers, body }
    // A server that hangs up on such a body is in its right.
    await fetch(`${operator.url}${path}`, sent)
      .then((answer) => answer.text())
      .catch(() => undefined)
  }
  const lease = async () => {
    const path = objectPath(leases, { namespace: operator.namespace, name: 'mcrouter-operator' })
    return at((await client.request('GET', path)).body, 'spec', 'holderIdentity')
  }
  const unwell: string[] = []
  const watchHealth = async (until: AbortSignal) => {
    while (!until.aborted) {
      for (const url of [operator.url, operator.reconcilerUrl]) {
        const sent = { dispatcher: agent, signal: AbortSignal.timeout(5_000) }
        const answer = await fetch(`${url}/healthz`, sent).catch((error: Error) => error)
        if (!('status' in answer) || answer.status !== 200) unwell.push(`${url}: ${answer}`)
      }
      await delay(1_000)
    }
  }

  const holder = await lease()
  const pids = [operator.server.pid, operator.reconciler.pid]
  const intruder = new Intruder(client)
  const end = seconds(SECONDS)
  const [strikes, times] = await Promise.all([
    strikeUntil(end, SEED, { intruder, post }),
    victim.workUntil(end),
    watchHealth(end),
  ])
  t.comment(`${strikes} strikes; answers ${JSON.stringify([...intruder.answers])}`)

  t.test('the times of a tenant stay within twice the usual', async (t) => {
    // What the API server itself takes longer, and this process, is not the operator's doing.
    const [calm, busy] = [summaryOf(usual.apiServer), summaryOf(times.apiServer)]
    const slower = Math.max(1, busy.median / calm.median)
    t.comment(`without the operator: usual ${told(calm)}, now ${told(busy)}`)
    for (const what of WHAT) {
      const [before, now] = [summaryOf(usual[what]), summaryOf(times[what])]
      t.comment(`${what}: usual ${told(before)}, now ${told(now)}`)
      for (const rank of ['median', 'p90'] as const)
        t.ok(now[rank] <= 2 * slower * Math.max(before[rank], NOISE), `${what}, ${rank}: ${now[rank]} ms`)
    }
  })

  t.test('both processes live, answer, lead on and stay within their memory', async (t) => {
    t.strictSame(unwell, [])
    t.equal(await lease(), holder)
    for (const [index, process] of (['server', 'reconciler'] as const).entries()) {
      t.equal(
        operator[process].running && operator[process].pid,
        pids[index],
        `${process} was never restarted`,
      )
      const { peak } = memoryOf(pids[index] ?? 0)
      t.comment(`${process}: ${Math.round(peak)} MiB at most`)
      t.ok(peak < memoryLimitOf(process) / MEBIBYTE, `${process}: ${peak} MiB`)
    }
  })
})

function told({ count, median, p90 }: ReturnType<typeof summaryOf>): string {
  return `${Math.round(median)} ms, 90 % within ${Math.round(p90)} ms (${count})`
}
