import { join } from 'node:path'
import { startAdversary } from '../adversary/start.ts'
import type { ControlPlane } from '../control-plane/index.ts'
import { freePort, LOOPBACK } from '../control-plane/port.ts'
import { SEED } from '../effort.ts'
import type { CommandResult } from '../process/command.ts'
import { launchReconciler, launchServer, type Program, ROOT } from './launch.ts'
import { mountSecret } from './mount.ts'
import type { HostProcess } from './process.ts'

export interface OperatorOptions {
  /** Name of the Helm release; mcrouter-operator by default. */
  readonly release?: string
  /** Of the release; mcrouter-system by default. */
  readonly namespace?: string
  /** More values for Helm, as in `--set`. */
  readonly values?: readonly string[]
  /** Helm's major version; 4 by default. */
  readonly helm?: 3 | 4
  /** The sources of this checkout by default. */
  readonly program?: Program
  /** More flags; one given twice counts as given last. */
  readonly serverFlags?: readonly string[]
  /** More flags. Unless told otherwise it asks no router for its configuration: there are none. */
  readonly reconcilerFlags?: readonly string[]
}

/** The operator on a control plane without nodes: the chart is installed, its two processes run on this machine. */
export interface HostOperator {
  /** Of the server: https://127.0.0.1:PORT */
  readonly url: string
  /** Path of the CA bundle to verify it with. */
  readonly caFile: string
  readonly namespace: string
  readonly server: HostProcess
  readonly reconciler: HostProcess
  /** Of the reconciler's /healthz, /readyz and /metrics: http://127.0.0.1:PORT */
  readonly reconcilerUrl: string
  /** What `helm install` said. */
  readonly notes: string
  /** Kills both processes; the release stays. For an orderly end, which takes seconds, stop each by itself. */
  stop(): Promise<void>
}

/** Whether an adversary is to do its worst on every control plane with an operator, beside whatever is tested. */
const BESIDE = process.env.ADVERSARY_BESIDE !== undefined
const CHART = join(ROOT, 'charts', 'mcrouter-operator')
const WITHOUT_ROUTERS = ['--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0', '--fill-time=0']

/** Installs the chart with its value for host processes and starts both; resolves when both are ready. */
export async function startOperator(
  controlPlane: ControlPlane,
  options: OperatorOptions = {},
): Promise<HostOperator> {
  const { release = 'mcrouter-operator', namespace = 'mcrouter-system' } = options
  const { children, client, directory } = controlPlane
  // As in the chart's _names.tpl.
  const name = release.includes('mcrouter-operator') ? release : `${release}-mcrouter-operator`
  const ports = { server: await freePort(), reconciler: await freePort() }
  const url = `https://${LOOPBACK}:${ports.server}`
  const notes = await install(controlPlane, { ...options, release, namespace }, url)

  const keys = ['tls.crt', 'tls.key', 'ca.crt']
  const secret = { namespace, name: `${name}-serving-cert`, keys }
  const mount = await mountSecret(client, secret, join(directory, `${namespace}.${secret.name}`))
  const server = launchServer(children, {
    port: ports.server,
    certificates: mount.directory,
    flags: options.serverFlags ?? [],
    program: options.program,
  })
  const reconciler = launchReconciler(children, {
    port: ports.reconciler,
    namespace,
    name,
    // The chart's own service account: everything is tested with the rights that the chart grants.
    kubeconfig: await controlPlane.serviceAccountKubeconfig(namespace, `${name}-reconciler`),
    flags: [...WITHOUT_ROUTERS, ...(options.reconcilerFlags ?? [])],
    program: options.program,
  })
  const stop = async () => {
    await Promise.all([server.stop('SIGKILL'), reconciler.stop('SIGKILL')])
    await mount.stop()
  }
  try {
    await Promise.all([server.start(), reconciler.start()])
  } catch (error) {
    await stop()
    throw error
  }
  if (BESIDE) await startAdversary(controlPlane, url, SEED)
  return {
    url,
    caFile: join(mount.directory, 'ca.crt'),
    namespace,
    server,
    reconciler,
    reconcilerUrl: `http://${LOOPBACK}:${ports.reconciler}`,
    notes,
    stop,
  }
}

interface Release {
  readonly release: string
  readonly namespace: string
  readonly values?: readonly string[]
  readonly helm?: 3 | 4
}

async function install(
  controlPlane: ControlPlane,
  { release, namespace, values = [], helm = 4 }: Release,
  url: string,
): Promise<string> {
  const hostProcesses = ['hostProcesses.enabled=true', `hostProcesses.url=${url}`]
  const set = [...hostProcesses, ...values].map((value) => `--set=${value}`)
  const result = await controlPlane.helm(
    ['upgrade', '--install', release, CHART, '--namespace', namespace, '--create-namespace', ...set],
    { version: helm },
  )
  return succeeded(result, 'helm upgrade --install')
}

/** Its standard output; throws with its complaint when it failed. */
export function succeeded(result: CommandResult, what: string): string {
  if (result.code !== 0) throw new Error(`${what} failed:\n${result.stderr || result.stdout}`)
  return result.stdout
}
