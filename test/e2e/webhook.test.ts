import t, { type Test } from 'tap'
import { eventually } from '../support/deadline.ts'
import { Applies, type AppliesReport } from './support/applies.ts'
import { type Client, startClient } from './support/client.ts'
import { kubectlOk, list, textAt } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { namespace } from './support/namespace.ts'
import { installOperator, RELEASE, SYSTEM } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-webhook'
const SERVER = `${RELEASE}-server`
/** kubelet refreshes a mounted Secret within its sync period; a new CA signs only after every API server knows it. */
const ROTATION_MS = 300_000
/** Until the endpoint of a killed pod is gone: the kubelet has to notice, and every kube-proxy to be told. */
const OUTAGE_MS = 10_000

let client: Client

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  client = await startClient(NAMESPACE)
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

t.test(
  'with a server killed, only what was on its way to it fails, and succeeds when repeated',
  async (t) => {
    const report = await whileApplying(t, 'server killed', async () => {
      const [victim] = await servers()
      const name = textAt(victim, 'metadata.name')
      await kubectlOk(['-n', SYSTEM, 'delete', 'pod', name, '--grace-period=0', '--force'])
      await kubectlOk(['-n', SYSTEM, 'rollout', 'status', `deployment/${SERVER}`, '--timeout=180s'])
    })
    const times = report.failures.map(({ at }) => at)
    const window = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times)
    figure(t, 'server killed: failed applies', `${times.length} within ${window} ms`)
    t.ok(window < OUTAGE_MS, `failures within ${window} ms`)
    t.notOk(
      report.failures.some(({ message }) => message === 'never succeeded'),
      'each succeeded when repeated',
    )
  },
)

async function whileApplying(t: Test, what: string, action: () => Promise<void>): Promise<AppliesReport> {
  const applies = await Applies.start(NAMESPACE)
  const failure = await action().catch((error: unknown) => error)
  const report = await applies.stop()
  if (failure !== undefined) throw failure
  figure(t, `${what}: applies`, `${report.count}, of which ${report.failures.length} failed`)
  return report
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
