import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { Children } from '../process/children.ts'
import { type CommandOptions, type CommandResult, run } from '../process/command.ts'
import { type AuditEvent, readAuditLog } from './audit.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { Client } from './client.ts'
import { put, stored } from './etcd.ts'
import { kubeconfig } from './kubeconfig.ts'
import { type ControlPlanePids, type ExtraFlags, Servers, StartError } from './servers.ts'

export interface HelmOptions extends CommandOptions {
  /** Helm's major version; 4 by default. */
  readonly version?: 3 | 4
}

/**
 * etcd, kube-apiserver and kube-controller-manager on loopback: a real API with admission, RBAC, service account
 * tokens, Pod Security, garbage collection and the workload controllers, but no nodes, so that no pod ever runs.
 */
export interface ControlPlane {
  /** Path of a cluster admin's kubeconfig. */
  readonly kubeconfig: string
  /** The kubectl that goes with it. */
  readonly kubectlPath: string
  /** https://127.0.0.1:PORT */
  readonly url: string
  /** Path of the certificate of the API server's authority. */
  readonly caFile: string
  /** Path of the audit log, a JSON event a line. */
  readonly auditLog: string
  /** A directory that goes away with the control plane. */
  readonly directory: string
  /** Processes that are to end with it. */
  readonly children: Children
  /** HTTPS as cluster admin. */
  readonly client: Client
  /** Of those that run now: a restart gives another. */
  readonly pids: ControlPlanePids
  /** A non-zero exit is a result, not an error. */
  kubectl(args: readonly string[], options?: CommandOptions): Promise<CommandResult>
  helm(args: readonly string[], options?: HelmOptions): Promise<CommandResult>
  /** Path of a kubeconfig with a token of that service account, good for a day; each `holder` has a token of its own. */
  serviceAccountKubeconfig(namespace: string, name: string, holder?: string): Promise<string>
  /** Good for a day. */
  serviceAccountToken(namespace: string, name: string): Promise<string>
  /** HTTPS with a token of that service account. */
  serviceAccountClient(namespace: string, name: string): Promise<Client>
  audit(): Promise<readonly AuditEvent[]>
  /** Stores an object past the API server; see etcd.ts. */
  store(path: string, object: JsonObject): Promise<void>
  /** As it is stored; see etcd.ts. */
  stored(path: string): Promise<JsonObject | undefined>
  /** SIGTERM by default. Its data stay; it comes back on the same port. */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>
  /** Resolves once it is ready. */
  startApiServer(): Promise<void>
  restartApiServer(signal?: NodeJS.Signals): Promise<void>
  /** SIGTERM by default; what is stored stays. */
  restartEtcd(signal?: NodeJS.Signals): Promise<void>
  /** Resolves to what puts etcd back to now, as a restore from a backup does; all servers are started anew with it. */
  backupEtcd(): Promise<() => Promise<void>>
  /** SIGTERM by default. */
  restartControllerManager(signal?: NodeJS.Signals): Promise<void>
  /** Kills all processes and removes all files. */
  stop(): Promise<void>
}

const ATTEMPTS = 3

/** Ready in about five seconds; builds the programs first when they are nowhere to be found. */
export async function startControlPlane(options: ExtraFlags = {}): Promise<ControlPlane> {
  const binaries = await findBinaries()
  for (let attempt = 1; ; attempt++) {
    const children = new Children('mcrouter-control-plane')
    try {
      const servers = await Servers.start(children, binaries, options)
      return assemble(children, binaries, servers)
    } catch (error) {
      await children.end()
      if (!(error instanceof StartError && error.portTaken) || attempt === ATTEMPTS) throw error
    }
  }
}

function assemble(children: Children, binaries: Binaries, servers: Servers): ControlPlane {
  const { directory } = children
  const { files, endpoint, client } = servers
  const call = (file: string, args: readonly string[], options: CommandOptions = {}) =>
    run(file, args, { ...options, env: { ...clientEnv(directory, files.adminKubeconfig), ...options.env } })
  return {
    kubeconfig: files.adminKubeconfig,
    kubectlPath: binaries.kubectl,
    url: endpoint.url,
    caFile: files.ca,
    auditLog: files.auditLog,
    directory,
    children,
    client,
    get pids() {
      return servers.pids
    },
    kubectl: (args, commandOptions) => call(binaries.kubectl, args, commandOptions),
    helm: (args, { version = 4, ...commandOptions } = {}) =>
      call(version === 3 ? binaries.helm3 : binaries.helm, args, commandOptions),
    serviceAccountKubeconfig: async (namespace, name, holder = name) => {
      const token = await serviceAccountToken(client, namespace, name)
      const path = join(directory, `${namespace}.${holder}.kubeconfig`)
      await writeFile(path, kubeconfig(endpoint, { token }, namespace), { mode: 0o600 })
      return path
    },
    serviceAccountToken: (namespace, name) => serviceAccountToken(client, namespace, name),
    serviceAccountClient: async (namespace, name) =>
      new Client(endpoint, { token: await serviceAccountToken(client, namespace, name) }),
    audit: () => readAuditLog(files.auditLog),
    store: (path, object) => put(servers.etcdUrl, path, object),
    stored: (path) => stored(servers.etcdUrl, path),
    stopApiServer: (signal = 'SIGTERM') => servers.stopApiServer(signal),
    startApiServer: () => servers.startApiServer(),
    restartApiServer: async (signal = 'SIGTERM') => {
      await servers.stopApiServer(signal)
      await servers.startApiServer()
    },
    restartEtcd: (signal = 'SIGTERM') => servers.restartEtcd(signal),
    backupEtcd: () => servers.backupEtcd(),
    restartControllerManager: (signal = 'SIGTERM') => servers.restartControllerManager(signal),
    stop: async () => {
      await client.close()
      await children.end()
    },
  }
}

/** What kubectl and helm may know: nothing of the user's own clusters, plugins and caches. */
function clientEnv(directory: string, kubeconfigPath: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: directory,
    KUBECONFIG: kubeconfigPath,
    HELM_CACHE_HOME: join(directory, 'helm', 'cache'),
    HELM_CONFIG_HOME: join(directory, 'helm', 'config'),
    HELM_DATA_HOME: join(directory, 'helm', 'data'),
  }
}

async function serviceAccountToken(client: Client, namespace: string, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const { status, body, text } = await client.request('POST', path, {
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 86_400 },
    },
  })
  const token = isJsonObject(body.status) ? body.status.token : undefined
  if (typeof token !== 'string') throw new Error(`no token for ${namespace}/${name}: ${status} ${text}`)
  return token
}
