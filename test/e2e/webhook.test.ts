import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { Applies, type AppliesReport, NEVER } from './support/applies.ts'
import { type Client, startClient } from './support/client.ts'
import { get, kubectlOk, list, textAt } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator, RELEASE, SYSTEM } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-webhook'
const SERVER = `${RELEASE}-server`
/** kubelet refreshes a mounted Secret within its sync period; a new CA signs only after every API server knows it. */
const ROTATION_MS = 300_000
/** Until the endpoint of a killed pod is gone: the kubelet has to notice, and every kube-proxy to be told. */
const OUTAGE_MS = 10_000
/** Two seconds' worth of the applies that would go to one of two servers. */
const OUTAGE_APPLIES = 50

let client: Client
let nodes: Nodes

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  client = await startClient(NAMESPACE)
  nodes = await Nodes.start(t)
})

t.test('fifty applies a second lose none while the servers are rolled', async (t) => {
  const report = await whileApplying(t, 'server roll-out', async () => {
    await kubectlOk(['-n', SYSTEM, 'rollout', 'restart', `deployment/${SERVER}`])
    await kubectlOk(['-n', SYSTEM, 'rollout', 'status', `deployment/${SERVER}`, '--timeout=180s'])
    await eventually('the pods before are gone', async () => (await servers()).length === 2, {
      withinMs: 120_000,
    })
  })
  t.strictSame(report.failures, [])
})

t.test('nor while the leaf is rotated', async (t) => {
  const report = await whileApplying(t, 'leaf rotation', async () => {
    const before = await served()
    await forget(`${RELEASE}-serving-cert`, 'tls.crt')
    await allServeAnother(before)
  })
  t.strictSame(report.failures, [])
})

t.test('nor while the CA is rotated', async (t) => {
  const report = await whileApplying(t, 'CA rotation', async () => {
    const before = await served()
    await forget(`${RELEASE}-ca`, 'tls.key')
    await allServeAnother(before)
  })
  t.strictSame(report.failures, [])
})

t.test('a server that vanishes fails at most what is on its way to it', async (t) => {
  const report = await whileApplying(t, 'server killed with its pod', async () => {
    await kubectlOk(['-n', SYSTEM, 'delete', 'pod', await firstServer(), '--grace-period=0', '--force'])
    await kubectlOk(['-n', SYSTEM, 'rollout', 'status', `deployment/${SERVER}`, '--timeout=180s'])
  })
  fewFailed(t, report)
})

t.test('so does one that is killed and started again in its place', async (t) => {
  const victim = await firstServer()
  await nodes.prepare(SYSTEM, victim)
  const report = await whileApplying(t, 'server killed in its pod', async () => {
    await nodes.kill(SYSTEM, victim)
    await eventually('both servers are ready', bothReady, { withinMs: 60_000 })
  })
  fewFailed(t, report)
})

function fewFailed(t: Test, { failures }: AppliesReport): void {
  const times = failures.map(({ at }) => at)
  const window = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times)
  const words = failures.map(({ message }) => message)
  if (words.length > 0)
    figure(t, 'failed applies', `${words.length} within ${window} ms, such as: ${words[0]}`)
  t.ok(window < OUTAGE_MS, `failures within ${window} ms`)
  t.ok(failures.length <= OUTAGE_APPLIES, `${failures.length} failures`)
  t.notOk(words.includes(NEVER), 'each succeeded when repeated')
}

async function whileApplying(t: Test, what: string, action: () => Promise<void>): Promise<AppliesReport> {
  const applies = await Applies.start(NAMESPACE)
  const failure = await action().catch((error: unknown) => error)
  const report = await applies.stop()
  if (failure !== undefined) throw failure
  figure(t, `${what}: applies`, `${report.count}, of which ${report.failures.length} failed`)
  return report
}

async function firstServer(): Promise<string> {
  const [pod] = await servers()
  return textAt(pod, 'metadata.name')
}

async function bothReady(): Promise<boolean> {
  const deployment = await get(['-n', SYSTEM, 'deployment', SERVER])
  return textAt(deployment, 'status.readyReplicas') === '2' && (await servers()).some(hasRestarted)
}

function hasRestarted(pod: unknown): boolean {
  return textAt(pod, 'status.containerStatuses.0.restartCount') !== '0'
}

function servers() {
  return list(['-n', SYSTEM, 'pods', '-l', 'app.kubernetes.io/component=server'])
}

/** Fingerprints of what each server pod serves. */
async function served(): Promise<string[]> {
  const pods = await servers()
  return Promise.all(pods.map((pod) => client.certificate({ host: textAt(pod, 'status.podIP'), port: 8443 })))
}

async function allServeAnother(before: readonly string[]): Promise<void> {
  const another = async () => (await served()).every((fingerprint) => !before.includes(fingerprint))
  await eventually('every server serves another certificate', another, {
    withinMs: ROTATION_MS,
    everyMs: 1000,
  })
}

/** Takes a key out of a Secret: the reconciler makes another, as if the time had come. */
async function forget(secret: string, key: string): Promise<void> {
  const patch = JSON.stringify({ data: { [key]: null } })
  await kubectlOk(['-n', SYSTEM, 'patch', 'secret', secret, '--type=merge', '-p', patch])
}
