import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { leases } from '../../reconciler/kube/resources.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { startOperator } from '../../testing/operator/index.ts'
import { launchReconciler } from '../../testing/operator/launch.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { Children } from '../../testing/process/children.ts'
import type { Application } from '../support/application.ts'
import { auditPolicyFor, type Writers, writersIn } from './writers.ts'

/** Two reconcilers and a server, as in the image, on a control plane of their own. */
export interface Operator {
  readonly controlPlane: ControlPlane
  /** By the names under which they are reported. */
  readonly processes: ReadonlyMap<string, HostProcess>
  /** What a process says of itself on /metrics; empty while it is down. */
  metrics(name: string): Promise<string>
  /** Which of the reconcilers leads; undefined between two. */
  leader(): Promise<string | undefined>
  /** Who wrote, and how often the lease changed hands by its own count. */
  writers(): Promise<Writers & { readonly leaseTransitions: number }>
  stop(): Promise<void>
}

const NAME = 'mcrouter-operator'
const NAMESPACE = 'mcrouter-system'
const RECONCILERS = ['first reconciler', 'second reconciler'] as const
const LEADS = /^leader_election_master_status\{[^}]*\} 1$/m

export async function startSoakedOperator(application: Application): Promise<Operator> {
  const policy = new Children('mcrouter-soak-audit')
  const policyFile = join(policy.directory, 'policy.json')
  await writeFile(policyFile, JSON.stringify(auditPolicyFor(NAMESPACE, `${NAME}-reconciler`)))
  const controlPlane = await startControlPlane({
    apiServerFlags: [`--audit-policy-file=${policyFile}`, '--audit-log-maxsize=100000'],
  })
  const flags = ['--log-level=info']
  const program = application.command
  const first = await startOperator(controlPlane, { program, serverFlags: flags, reconcilerFlags: flags })
  const port = await freePort()
  const second = launchReconciler(controlPlane.children, {
    port,
    namespace: NAMESPACE,
    name: NAME,
    kubeconfig: await controlPlane.serviceAccountKubeconfig(NAMESPACE, `${NAME}-reconciler`, 'second'),
    flags: ['--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0', '--fill-time=0', ...flags],
    program,
  })
  await second.start()
  const urls = new Map([
    ['server', first.url],
    [RECONCILERS[0], first.reconcilerUrl],
    [RECONCILERS[1], `http://${LOOPBACK}:${port}`],
  ])
  const metrics = (name: string) => metricsOf(urls.get(name) ?? '')
  return {
    controlPlane,
    processes: new Map([
      ['server', first.server],
      [RECONCILERS[0], first.reconciler],
      [RECONCILERS[1], second],
    ]),
    metrics,
    leader: async () => {
      const said = await Promise.all(RECONCILERS.map(metrics))
      return RECONCILERS[said.findIndex((text) => LEADS.test(text))]
    },
    writers: async () => ({
      ...(await writersIn(controlPlane.auditLog)),
      leaseTransitions: await eventually('the lease is read', () => transitionsOf(controlPlane)),
    }),
    stop: async () => {
      await second.stop('SIGKILL')
      await first.stop()
      await controlPlane.stop()
      await policy.end()
    },
  }
}

async function metricsOf(url: string): Promise<string> {
  // Whether the certificate of the server is to be trusted is the API server's question.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
  try {
    return await (await fetch(`${url}/metrics`, { dispatcher })).text()
  } catch {
    return ''
  } finally {
    await dispatcher.destroy()
  }
}

async function transitionsOf({ client }: ControlPlane): Promise<number | undefined> {
  const { body } = await client.request('GET', objectPath(leases, { namespace: NAMESPACE, name: NAME }))
  return isJsonObject(body.spec) ? Number(body.spec.leaseTransitions ?? 0) : undefined
}
