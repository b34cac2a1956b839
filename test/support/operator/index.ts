import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, fetch } from 'undici'
import type { ControlPlane } from '../control-plane/index.ts'
import { freePort, LOOPBACK } from '../control-plane/port.ts'
import type { CommandResult } from '../process/command.ts'
import { mountSecret } from './mount.ts'
import { HostProcess } from './process.ts'

export interface OperatorOptions {
  /** Name of the Helm release; mcrouter-operator by default. */
  readonly release?: string
  /** Of the release; mcrouter-system by default. */
  readonly namespace?: string
  /** More values for Helm, as in `--set`. */
  readonly values?: readonly string[]
  /** 4 by default. */
  readonly helm?: 3 | 4
}

/** The operator on a control plane without nodes: the chart is installed, its two processes run on this machine. */
export interface HostOperator {
  /** Of the server: https://127.0.0.1:PORT */
  readonly url: string
  /** Path of the CA bundle to verify it with; there once the server is ready. */
  readonly caFile: string
  readonly namespace: string
  readonly server: HostProcess
  readonly reconciler: HostProcess
  /** What `helm install` said. */
  readonly notes: string
  /** Both processes, in an orderly way; the release stays. */
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const CHART = join(ROOT, 'charts', 'mcrouter-operator')
const LAUNCHER = join(ROOT, 'bin', 'mcrouter-operator.js')

/** Installs the chart with its value for host processes and starts both; resolves when both are ready. */
export async function startOperator(
  controlPlane: ControlPlane,
  options: OperatorOptions = {},
): Promise<HostOperator> {
  const { release = 'mcrouter-operator', namespace = 'mcrouter-system' } = options
  const ports = { server: await freePort(), reconciler: await freePort() }
  const url = `https://${LOOPBACK}:${ports.server}`
  const notes = await install(controlPlane, { ...options, release, namespace }, url)
  const mount = await mountSecret(
    controlPlane.client,
    { namespace, name: `${release}-serving-cert`, keys: ['tls.crt', 'tls.key', 'ca.crt'] },
    join(controlPlane.directory, `${namespace}.${release}.serving-cert`),
  )
  const server = serverProcess(controlPlane, mount.directory, ports.server)
  const reconciler = await reconcilerProcess(controlPlane, release, namespace, ports.reconciler)
  const stop = async () => {
    await Promise.all([server.stop(), reconciler.stop()])
    await mount.stop()
  }
  try {
    await Promise.all([server.start(), reconciler.start()])
  } catch (error) {
    await stop()
    throw error
  }
  return { url, caFile: join(mount.directory, 'ca.crt'), namespace, server, reconciler, notes, stop }
}

async function install(
  controlPlane: ControlPlane,
  { release, namespace, values = [], helm = 4 }: OperatorOptions & { release: string; namespace: string },
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

function serverProcess(controlPlane: ControlPlane, certificates: string, port: number): HostProcess {
  const args = [`--listen=${LOOPBACK}:${port}`, `--cert-dir=${certificates}`, '--log-level=debug']
  return new HostProcess(
    controlPlane.children,
    'server',
    { file: process.execPath, args: [LAUNCHER, 'server', ...args], cwd: ROOT },
    // It is the server's own word that is asked for, not whether its certificate can be trusted.
    () =>
      answers(`https://${LOOPBACK}:${port}/readyz`, new Agent({ connect: { rejectUnauthorized: false } })),
  )
}

async function reconcilerProcess(
  controlPlane: ControlPlane,
  release: string,
  namespace: string,
  port: number,
): Promise<HostProcess> {
  // With the chart's service account: the whole suite runs with the rights that the chart grants.
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, `${release}-reconciler`)
  const args = [
    `--namespace=${namespace}`,
    `--name=${release}`,
    `--webhook-configuration=${release}.${namespace}`,
    `--listen=${LOOPBACK}:${port}`,
    '--log-level=debug',
  ]
  return new HostProcess(
    controlPlane.children,
    'reconciler',
    {
      file: process.execPath,
      args: [LAUNCHER, 'reconciler', ...args],
      cwd: ROOT,
      env: { ...process.env, KUBECONFIG: kubeconfig },
    },
    () => answers(`http://${LOOPBACK}:${port}/readyz`, new Agent()),
  )
}

async function answers(url: string, dispatcher: Agent): Promise<boolean> {
  try {
    return (await fetch(url, { dispatcher })).ok
  } finally {
    await dispatcher.destroy()
  }
}

/** Its standard output; throws with its complaint when it failed. */
export function succeeded(result: CommandResult, what: string): string {
  if (result.code !== 0) throw new Error(`${what} failed:\n${result.stderr || result.stdout}`)
  return result.stdout
}
