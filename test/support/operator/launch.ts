import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, fetch } from 'undici'
import { LOOPBACK } from '../control-plane/port.ts'
import type { ChildCommand, Children } from '../process/children.ts'
import { HostProcess } from './process.ts'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export interface ServerLaunch {
  readonly port: number
  /** Directory with tls.crt, tls.key and ca.crt. */
  readonly certificates: string
  readonly flags: readonly string[]
}

export function launchServer(children: Children, { port, certificates, flags }: ServerLaunch): HostProcess {
  const args = [`--listen=${LOOPBACK}:${port}`, `--cert-dir=${certificates}`, '--log-level=debug', ...flags]
  return new HostProcess(children, 'server', command('server', args), () =>
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
}

export function launchReconciler(children: Children, launch: ReconcilerLaunch): HostProcess {
  const { port, namespace, name, kubeconfig, flags } = launch
  const args = [
    `--namespace=${namespace}`,
    `--name=${name}`,
    `--webhook-configuration=${name}.${namespace}`,
    `--kubeconfig=${kubeconfig}`,
    `--listen=${LOOPBACK}:${port}`,
    '--log-level=debug',
    ...flags,
  ]
  return new HostProcess(children, 'reconciler', command('reconciler', args), () =>
    answers(`http://${LOOPBACK}:${port}/readyz`, new Agent()),
  )
}

function command(name: string, args: readonly string[]): ChildCommand {
  return {
    file: process.execPath,
    args: [join(ROOT, 'bin', 'mcrouter-operator.js'), name, ...args],
    cwd: ROOT,
  }
}

async function answers(url: string, dispatcher: Agent): Promise<boolean> {
  try {
    return (await fetch(url, { dispatcher })).ok
  } finally {
    await dispatcher.destroy()
  }
}
