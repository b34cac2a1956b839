import type { Test } from 'tap'
import type { CertificateApi, StoredObject } from '../../certs/api.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { findBinaries } from '../../testing/control-plane/binaries.ts'
import type { ControlPlane } from '../../testing/control-plane/index.ts'
import { ROOT } from '../../testing/operator/launch.ts'
import { type CommandResult, run } from '../../testing/process/command.ts'
import { CHART, type HelmVersion } from './chart.ts'

export const CRD = 'customresourcedefinition/mcrouters.mcrouter.example.com'

/** A release of the chart on a control plane without nodes: its pods never run, so nothing waits for them. */
export class Release {
  readonly #plane: ControlPlane
  readonly #helm: HelmVersion
  readonly name: string
  readonly namespace: string

  constructor(plane: ControlPlane, helm: HelmVersion, name = 'op', namespace = 'system') {
    this.#plane = plane
    this.#helm = helm
    this.name = name
    this.namespace = namespace
  }

  install(...values: string[]): Promise<CommandResult> {
    return this.installFrom(CHART, ...values)
  }

  /** Installs another chart than the one under test: an older one. */
  installFrom(chart: string, ...values: string[]): Promise<CommandResult> {
    return this.#run('install', this.name, chart, '--create-namespace', ...values)
  }

  upgrade(...values: string[]): Promise<CommandResult> {
    return this.#run('upgrade', this.name, CHART, ...values)
  }

  rollback(revision: number, ...flags: string[]): Promise<CommandResult> {
    return this.#run('rollback', this.name, String(revision), ...flags)
  }

  uninstall(): Promise<CommandResult> {
    return this.#run('uninstall', this.name)
  }

  #run(...args: string[]): Promise<CommandResult> {
    return this.#plane.helm([...args, '--namespace', this.namespace], { version: this.#helm })
  }
}

/** Commands as a page has them. */
export async function shell(plane: ControlPlane, commands: string): Promise<CommandResult> {
  const { kubectl, helm } = await findBinaries()
  return run(
    'sh',
    ['-c', commands.replaceAll('kubectl ', `${kubectl} `).replace('helm template', `${helm} template`)],
    {
      cwd: ROOT,
      env: { HOME: plane.directory, KUBECONFIG: plane.kubeconfig, PATH: process.env.PATH },
    },
  )
}

export function succeeded(t: Test, { code, stdout, stderr }: CommandResult, what: string): void {
  t.equal(code, 0, code === 0 ? what : `${what}: ${stderr || stdout}`)
}

/** Removes the API with everything that it held, for the next test. */
export async function removeApi(plane: ControlPlane): Promise<void> {
  // What is stored in an older version would have to be converted, and no server runs.
  const unconverted = '{"spec":{"conversion":{"strategy":"None","webhook":null}}}'
  await plane.kubectl(['patch', CRD, '--type=merge', '-p', unconverted])
  await plane.kubectl(['delete', CRD, '--ignore-not-found'])
}

/** The names of all objects of these kinds that carry the release's label, in all namespaces. */
export async function leftovers(plane: ControlPlane, release: Release): Promise<string[]> {
  const kinds = [
    'deployments,services,secrets,serviceaccounts,poddisruptionbudgets,networkpolicies,roles,rolebindings',
    'clusterroles,clusterrolebindings,mutatingwebhookconfigurations,validatingwebhookconfigurations',
  ].join(',')
  const label = `app.kubernetes.io/instance=${release.name}`
  const { stdout } = await plane.kubectl(['get', kinds, '-A', '-l', label, '-o', 'name'])
  return stdout.split('\n').filter(Boolean)
}

/** The API as the reconciler's certificates see it, with the credentials of a cluster admin. */
export function certificateApi(plane: ControlPlane): CertificateApi {
  const path = (plural: string, name: string) => `/apis/admissionregistration.k8s.io/v1/${plural}/${name}`
  return {
    get: async ({ plural }, { name }) => {
      const { status, body } = await plane.client.request('GET', path(plural, name))
      return status === 404 ? undefined : stored(body)
    },
    merge: async ({ plural }, { name }, patch) => {
      const headers = { 'user-agent': 'mcrouter-operator' }
      const { status, body, text } = await plane.client.request('PATCH', path(plural, name), {
        body: patch,
        headers,
      })
      if (status !== 200) throw new Error(text)
      return stored(body)
    },
  }
}

function stored(body: JsonObject): StoredObject {
  const { metadata } = body
  if (!isJsonObject(metadata) || typeof metadata.resourceVersion !== 'string')
    throw new Error('not an object')
  return { ...body, metadata: { resourceVersion: metadata.resourceVersion } }
}
