import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { Agent, fetch } from 'undici'
import { buildApplication } from '../../bench/support/application.ts'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { leases } from '../../reconciler/kube/resources.ts'
import { NAMESPACE } from '../../testing/adversary/intruder.ts'
import { startAdversary } from '../../testing/adversary/start.ts'
import { SEED } from '../../testing/effort.ts'
import { yieldCpu } from '../../testing/process/priority.ts'
import { memoryOf } from '../../testing/process/usage.ts'
import { at } from '../support/at.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { LeastController } from './adversary/least-controller.ts'
import { Tenant } from './adversary/tenant.ts'
import { compare, type Rounds, tableOf } from './adversary/times.ts'
import { installTwins, twins } from './adversary/twin.ts'
import { memoryLimitOf } from './limits.ts'

// Somebody with the role `edit` in a namespace, and a network path to the webhook server, does the worst that is known, at
// random; a tenant of another namespace must notice little of it.

/** Ten minutes with `npm run adversary`. */
const SECONDS = Number(process.env.ADVERSARY_SECONDS ?? 30)
/** What is usual is measured first, for so long. */
const USUAL_SECONDS = Math.max(15, SECONDS / 10)
/** Whether the times are worth a verdict: the few rounds of a run among other tests show no more than that nobody hangs. */
const IS_MEASURED = process.env.ADVERSARY_SECONDS !== undefined
/** How many times as long as usual a tenant may wait. */
const BAR = IS_MEASURED ? 2 : 20
const RANKS = IS_MEASURED ? [50, 90] : [50]
/** Milliseconds; what is usually less counts as that much: the machine also runs the API server. */
const NOISE = 50
/** Milliseconds that a call to the webhook may wait while bodies made to hurt are read; test/chaos/hostile-bodies.test.ts. */
const BEHIND_BODIES = 250
const CONTROL_PLANE_NICE = 5
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
  // Nothing that the adversary starts ever becomes Ready.
  await kubelet.decide((pod) => (at(pod, 'metadata', 'namespace') === NAMESPACE ? 'pending' : 'ready'))
  // In a cluster each of these has a machine of its own. Here the operator has what it needs of this one, as by a request for
  // CPU, and what the control plane takes longer under attack is seen by what is compared with.
  for (const pid of Object.values(controlPlane.pids)) yieldCpu(pid, CONTROL_PLANE_NICE)

  await kubectl(['create', 'namespace', 'victim'])
  const bound = ['create', 'rolebinding', 'edit', '--clusterrole=edit', '--serviceaccount=victim:default']
  t.equal((await kubectl(['-n', 'victim', ...bound])).code, 0)
  await installTwins(controlPlane, 'victim', 'default')
  const [sessions, twin] = [
    { namespace: 'victim', name: 'sessions' },
    { namespace: 'victim', name: 'twin' },
  ]
  t.equal((await apply(mcrouter('sessions', {}, { namespace: 'victim' }))).code, 0)
  const complete = ['wait', '-n', 'victim', 'mcrouter/sessions', '--for=condition=Available', '--timeout=60s']
  t.equal((await kubectl(complete)).code, 0)

  // Both are tenants to the API server, which deals with them by its priorities and fairness.
  const client = await controlPlane.serviceAccountClient('victim', 'default')
  t.teardown(() => client.close())
  const least = await LeastController.like(client, sessions, twin)
  const tenants = {
    operator: new Tenant(client, mcrouters, sessions),
    least: new Tenant(client, twins, twin),
  }
  const over = new AbortController()
  const following = least.followUntil(over.signal)
  t.teardown(async () => {
    over.abort()
    await following
  })
  const workUntil = async (signal: AbortSignal): Promise<Rounds> => {
    const rounds: Rounds = { operator: [], least: [] }
    while (!signal.aborted)
      for (const who of ['least', 'operator'] as const) rounds[who].push(await tenants[who].round())
    return rounds
  }
  await workUntil(seconds(5))
  const usual = await workUntil(seconds(USUAL_SECONDS))

  const agent = new Agent({ connect: { rejectUnauthorized: false } })
  t.teardown(() => agent.destroy())
  const lease = async () => {
    const path = objectPath(leases, { namespace: operator.namespace, name: 'mcrouter-operator' })
    return at((await controlPlane.client.request('GET', path)).body, 'spec', 'holderIdentity')
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
  const adversary = await startAdversary(controlPlane, operator.url, SEED)
  const end = seconds(SECONDS)
  const [attacked] = await Promise.all([workUntil(end), watchHealth(end)])
  const { strikes, answers, bytes, ...report } = await adversary.stop()
  const perSecond = (count: number) => (count / report.seconds).toFixed(1)
  const requests = Object.values(answers).reduce((sum, count) => sum + count, 0)
  t.comment(
    `${strikes} strikes in ${report.seconds.toFixed(0)} s; ${perSecond(requests)} requests and ${perSecond(bytes / MEBIBYTE)} MiB a second to the API server, answers ${JSON.stringify(answers)}`,
  )

  t.test('a tenant waits no longer than twice the usual for what the operator does', async (t) => {
    const compared = compare(usual, attacked)
    t.comment(
      `${usual.operator.length} rounds as a rule, ${attacked.operator.length} under attack; ${least.failures} failures without the operator`,
    )
    for (const line of tableOf(compared)) t.comment(line)
    for (const { wait, rank, all, added } of compared.filter((one) => RANKS.includes(one.rank))) {
      // Where the API server itself has become slow, nobody can hold the whole: then what the operator adds counts.
      const held = [all, added].some(({ usual, attacked }) => attacked <= BAR * Math.max(usual, NOISE))
      const isBehindBodies = rank === 90 && wait !== 'status' && added.attacked <= BEHIND_BODIES
      t.ok(held || isBehindBodies, `${wait}, p${rank}: within ${BAR} times the usual`)
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
