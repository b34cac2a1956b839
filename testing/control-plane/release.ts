import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program of the control plane: what it is called, which version is pinned, and how it is built and asked. */
export interface Program {
  readonly name: ProgramName
  /** File names to look for, the most specific first. */
  readonly files: readonly [string, ...string[]]
  /** Directory of the Go module that pins it. */
  readonly module: string
  readonly package: string
  /** v1.2.3 */
  readonly version: string
  readonly versionArgs: readonly string[]
  /** Linker settings, so that the program knows its own version. */
  readonly stamps: readonly string[]
}

export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | 'helm' | 'helm3'

const GO = fileURLToPath(new URL('go', import.meta.url))

/** go.mod is the one place that pins versions. */
function pinned(module: string, path: string): string {
  const text = readFileSync(join(GO, module, 'go.mod'), 'utf8')
  const line = text.split('\n').find((candidate) => candidate.trim().startsWith(`${path} v`))
  const version = line?.trim().split(' ')[1]
  if (!version) throw new Error(`${join(GO, module, 'go.mod')} does not pin ${path}`)
  return version
}

const KUBERNETES = pinned('kubernetes', 'k8s.io/kubernetes')

// What the Kubernetes release build stamps: hack/lib/version.sh in kubernetes/kubernetes. Clients and the
// version skew checks of the API server read it.
function kubernetesStamps(version: string): string[] {
  const [major = '', minor = ''] = version.slice(1).split('.')
  const variable = 'k8s.io/component-base/version'
  return [
    `-X ${variable}.gitVersion=${version}`,
    `-X ${variable}.gitMajor=${major}`,
    `-X ${variable}.gitMinor=${minor}`,
    `-X ${variable}.gitTreeState=clean`,
  ]
}

function kubernetes(name: ProgramName, versionArgs: readonly string[]): Program {
  return {
    name,
    files: [name],
    module: join(GO, 'kubernetes'),
    package: `k8s.io/kubernetes/cmd/${name}`,
    version: KUBERNETES,
    versionArgs,
    stamps: kubernetesStamps(KUBERNETES),
  }
}

function helm(name: ProgramName, major: number, files: readonly [string, ...string[]]): Program {
  const path = `helm.sh/helm/v${major}`
  const version = pinned('helm', path)
  return {
    name,
    files,
    module: join(GO, 'helm'),
    package: `${path}/cmd/helm`,
    version,
    versionArgs: ['version', '--short'],
    stamps: [`-X ${path}/internal/version.version=${version}`],
  }
}

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  etcd: {
    name: 'etcd',
    files: ['etcd'],
    module: join(GO, 'kubernetes'),
    package: 'go.etcd.io/etcd/server/v3',
    version: pinned('kubernetes', 'go.etcd.io/etcd/server/v3'),
    versionArgs: ['--version'],
    stamps: [],
  },
  'kube-apiserver': kubernetes('kube-apiserver', ['--version']),
  'kube-controller-manager': kubernetes('kube-controller-manager', ['--version']),
  kubectl: kubernetes('kubectl', ['version', '--client']),
  helm: helm('helm', 4, ['helm4', 'helm']),
  helm3: helm('helm3', 3, ['helm3', 'helm']),
}
