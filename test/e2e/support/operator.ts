import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { run } from '../../../testing/process/command.ts'
import { get, kubectlOk } from './cluster.ts'
import { environment } from './environment.ts'
import { namespace } from './namespace.ts'

export const SYSTEM = 'mcrouter-e2e-system'
export const RELEASE = 'mcrouter-operator'
const CRD = ['customresourcedefinition', 'mcrouters.mcrouter.example.com']
const CHART = fileURLToPath(new URL('../../../charts/mcrouter-operator', import.meta.url))

/** Installs the operator with Helm as the README says, with these values, and takes every trace of it away when the test ends. */
export async function installOperator(t: Test, ...values: string[]): Promise<void> {
  if (await get(CRD)) {
    throw new Error(
      'This cluster already has Mcrouters. The suite installs and removes the API: name another cluster in KUBECONFIG.',
    )
  }
  await namespace(t, SYSTEM)
  t.teardown(removeOperator)
  await helmInstall(RELEASE, ...values)
}

/** What `helm uninstall` and the removal of the API leave behind is nothing. */
async function removeOperator(): Promise<void> {
  await helmUninstall(RELEASE)
  await kubectlOk(['delete', ...CRD, '--ignore-not-found', '--timeout=120s'])
}

export function helmInstall(release: string, ...values: string[]): Promise<string> {
  return helm('install', release, CHART, ...imageValues(), ...values, ...WAIT)
}

/** To the same chart with other values. */
export function helmUpgrade(...values: string[]): Promise<string> {
  return helm('upgrade', RELEASE, CHART, ...imageValues(), ...values, ...WAIT)
}

export function helmUninstall(release: string): Promise<string> {
  return helm('uninstall', release, '--ignore-not-found', ...WAIT)
}

const WAIT = ['--wait', '--timeout=180s']

/** Helm in the operator's namespace; resolves to what it printed, rejects with its complaint. */
async function helm(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('helm', [...args, '--namespace', SYSTEM])
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr.trim()}`)
  return stdout
}

function imageValues(): string[] {
  const colon = environment.image.lastIndexOf(':')
  return [
    `--set=image.repository=${environment.image.slice(0, colon)}`,
    `--set-string=image.tag=${environment.image.slice(colon + 1)}`,
  ]
}
