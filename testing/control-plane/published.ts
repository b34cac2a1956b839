import type { Program } from './release.ts'

/** Where the projects publish their releases. */
export interface Origins {
  readonly kubernetes: string
  readonly etcd: string
  readonly helm: string
}

/** https://kubernetes.io/releases/download, https://etcd.io/docs/latest/install, https://helm.sh/docs/intro/install */
export const OFFICIAL: Origins = {
  kubernetes: 'https://dl.k8s.io/release',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  helm: 'https://get.helm.sh',
}

/** A file of a release. */
export interface Published {
  readonly url: string
  readonly file: string
  /** Address of the file's SHA-256, or of a list with it. */
  readonly checksums: string
  /** What of an archive is the program, undefined where the file itself is. */
  readonly member: string | undefined
  /** The program's name once it is unpacked. */
  readonly program: string
}

const LINUX: Readonly<Record<string, string>> = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' }

/**
 * Undefined where a platform has no release of its own: Kubernetes publishes its servers for Linux alone.
 * @param platform of Node: linux-x64
 */
export function publishedAs(program: Program, origins: Origins, platform: string): Published | undefined {
  const architecture = LINUX[platform]
  if (architecture === undefined) return undefined
  const { name, version } = program
  if (name === 'etcd') {
    const directory = `etcd-${version}-linux-${architecture}`
    return archive(`${origins.etcd}/${version}`, `${directory}.tar.gz`, 'SHA256SUMS', `${directory}/etcd`)
  }
  if (name === 'helm' || name === 'helm3') {
    const file = `helm-${version}-linux-${architecture}.tar.gz`
    return archive(origins.helm, file, `${file}.sha256sum`, `linux-${architecture}/helm`)
  }
  const url = `${origins.kubernetes}/${version}/bin/linux/${architecture}/${name}`
  return { url, file: name, checksums: `${url}.sha256`, member: undefined, program: name }
}

function archive(directory: string, file: string, checksums: string, member: string): Published {
  const program = member.slice(member.indexOf('/') + 1)
  return { url: `${directory}/${file}`, file, checksums: `${directory}/${checksums}`, member, program }
}
