import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, fetch } from 'undici'
import { LOOPBACK } from '../control-plane/port.ts'
import type { ChildCommand, Children } from '../process/children.ts'
import { HostProcess } from './process.ts'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** How to start the program with some arguments. */
export type Program = (args: readonly string[]) => ChildCommand

export interface ServerLaunch {
  readonly port: number
  /** Directory with tls.crt, tls.key and ca.crt. */
  readonly certificates: string
  readonly flags: readonly string[]
  /** The sources of this checkout by default. */
  readonly program?: Program | undefined
}

export function launchServer(
  children: Children,
  { port, certificates, flags, program = sources }: ServerLaunch,
): HostProcess {
  const args = [`--listen=${LOOPBACK}:${port}`, `--cert-dir=${certificates}`, '--log-level=debug', ...flags]
  return new HostProcess(children, 'server', program(['server', ...args]), () =>
    // It is the server's own word that is asked for, not whether its certificate can be trusted.
    answers(`https://${LOOPBACK}:${port}/readyz`, new Agent({ connect: { rejectUnauthorized: false } })),
  )
}

export interface ReconcilerLaunch {
  /** Of /healthz, /readyz and /metrics. */
  readonly port: number
  readonly namespace: string
  /** What the names of the release's objects begin with. */
  readonly name: string
  readonly kubeconfig: string
  readonly flags: readonly string[]
  /** The sources of this checkout by default. */
  readonly program?: Program | undefined
}

export function launchReconciler(children: Children, launch: ReconcilerLaunch): HostProcess {
  const { port, namespace, name, kubeconfig, flags, program = sources } = launch
  const args = [
    `--namespace=${namespace}`,
    `--name=${name}`,
    `--webhook-configuration=${name}.${namespace}`,
    `--kubeconfig=${kubeconfig}`,
    `--serving-host=${LOOPBACK}`,
    `--listen=${LOOPBACK}:${port}`,
    '--log-level=debug',
    ...flags,
  ]
  return new HostProcess(children, 'reconciler', program(['reconciler', ...args]), () =>
    answers(`http://${LOOPBACK}:${port}/readyz`, new Agent()),
  )
}

export type ExporterLaunch = Pick<ReconcilerLaunch, 'port' | 'kubeconfig' | 'flags' | 'program'>

export function launchExporter(
  children: Children,
  { port, kubeconfig, flags, program = sources }: ExporterLaunch,
): HostProcess {
  const args = [`--kubeconfig=${kubeconfig}`, `--listen=${LOOPBACK}:${port}`, '--log-level=debug', ...flags]
  return new HostProcess(children, 'exporter', program(['exporter', ...args]), () =>
    answers(`http://${LOOPBACK}:${port}/readyz`, new Agent()),
  )
}

export interface CopierLaunch {
  readonly port: number
  /** File of the CA whose client certificates may give orders. */
  readonly clientCa: string
  readonly flags: readonly string[]
}

export function launchCopier(children: Children, { port, clientCa, flags }: CopierLaunch): HostProcess {
  const args = [`--listen=${LOOPBACK}:${port}`, `--client-ca=${clientCa}`, '--log-level=debug', ...flags]
  return new HostProcess(children, 'copier', sources(['copier', ...args]), () =>
    answers(`https://${LOOPBACK}:${port}/healthz`, new Agent({ connect: { rejectUnauthorized: false } })),
  )
}

/** Without NODE_OPTIONS, in which tap has every child record the modules that it loads: a third of the time until it is ready. */
function sources(args: readonly string[]): ChildCommand {
  return {
    file: 'env',
    args: ['-u', 'NODE_OPTIONS', process.execPath, join(ROOT, 'bin', 'mcrouter-operator.js'), ...args],
    cwd: ROOT,
  }
}

/** Throws with what it says of itself while it is not ready. */
async function answers(url: string, dispatcher: Agent): Promise<true> {
  try {
    const response = await fetch(url, { dispatcher })
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
    return true
  } finally {
    await dispatcher.destroy()
  }
}
