import { cp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { eventually } from '../deadline.ts'
import type { Child, Children } from '../process/children.ts'
import { AUDIT_POLICY } from './audit.ts'
import type { Binaries } from './binaries.ts'
import { type ControlPlaneCertificates, createCertificates } from './certificates.ts'
import { Client } from './client.ts'
import { apiServerFlags, controllerManagerFlags, etcdFlags, type Files, filesIn } from './flags.ts'
import { type Endpoint, kubeconfig } from './kubeconfig.ts'
import { freePort, LOOPBACK } from './port.ts'

const START_MS = 90_000
/** An orderly shutdown waits up to a minute for open watches; clients gain nothing from the wait. */
const SHUTDOWN_MS = 1_000

/** Added to a server's own; a flag given twice counts as given last. */
export interface ExtraFlags {
  readonly apiServerFlags?: readonly string[]
  readonly controllerManagerFlags?: readonly string[]
}

export interface ControlPlanePids {
  readonly apiServer: number
  readonly etcd: number
  readonly controllerManager: number
}

/** The three server processes of one control plane and their files. */
export class Servers {
  readonly files: Files
  readonly endpoint: Endpoint
  readonly client: Client
  readonly #children: Children
  readonly #binaries: Binaries
  readonly #ports: { readonly api: number; readonly etcd: number }
  readonly #extra: ExtraFlags
  #apiServer: Child | undefined
  #etcd: Child | undefined
  #controllerManager: Child | undefined

  private constructor(
    children: Children,
    binaries: Binaries,
    certificates: ControlPlaneCertificates,
    ports: { readonly api: number; readonly etcd: number },
    extra: ExtraFlags,
  ) {
    this.files = filesIn(children.directory)
    this.endpoint = { url: `https://${LOOPBACK}:${ports.api}`, ca: certificates.ca }
    this.client = new Client(this.endpoint, certificates.admin)
    this.#children = children
    this.#binaries = binaries
    this.#ports = ports
    this.#extra = extra
  }

  /** Starts all three; rejects with the log of the one that failed. */
  static async start(children: Children, binaries: Binaries, extra: ExtraFlags): Promise<Servers> {
    const certificates = await createCertificates([LOOPBACK, 'localhost', 'kubernetes.default.svc'])
    const ports = { api: await freePort(), etcd: await freePort() }
    const servers = new Servers(children, binaries, certificates, ports, extra)
    await servers.#writeFiles(certificates)
    await servers.#startEtcd()
    await servers.startApiServer()
    await servers.#startControllerManager()
    return servers
  }

  /** Resolves once it is ready. No-op while it runs. */
  async startApiServer(): Promise<void> {
    if (this.#apiServer?.running) return
    const flags = apiServerFlags(this.files, this.#ports.api, this.#ports.etcd)
    const apiServer = this.#children.start('kube-apiserver', {
      file: this.#binaries['kube-apiserver'],
      args: [...flags, ...(this.#extra.apiServerFlags ?? [])],
      // It lives for one test: a sixth of its CPU time went into collecting garbage.
      env: { ...process.env, GOGC: '400' },
    })
    this.#apiServer = apiServer
    await whileRunning(apiServer, async () => (await this.client.request('GET', '/readyz')).status === 200)
  }

  /** Resolves once it has ended; its port refuses connections then. */
  async stopApiServer(signal: NodeJS.Signals): Promise<void> {
    await this.#apiServer?.stop(signal, SHUTDOWN_MS)
  }

  get etcdUrl(): string {
    return `http://${LOOPBACK}:${this.#ports.etcd}`
  }

  /** What is stored stays: only the death of the machine loses what was not synced. */
  async restartEtcd(signal: NodeJS.Signals): Promise<void> {
    await this.#etcd?.stop(signal, SHUTDOWN_MS)
    await this.#startEtcd()
  }

  /** Resolves to what puts back the data of now, after which all three servers come back with them. */
  async backupEtcd(): Promise<() => Promise<void>> {
    const { etcdData } = this.files
    const backup = `${etcdData}.backup`
    await this.#etcd?.stop('SIGTERM', SHUTDOWN_MS)
    await cp(etcdData, backup, { recursive: true })
    await this.#startEtcd()
    return async () => {
      await this.#controllerManager?.stop('SIGKILL', SHUTDOWN_MS)
      await this.stopApiServer('SIGKILL')
      await this.#etcd?.stop('SIGKILL', SHUTDOWN_MS)
      await rm(etcdData, { recursive: true })
      await cp(backup, etcdData, { recursive: true })
      await this.#startEtcd()
      await this.startApiServer()
      await this.#startControllerManager()
    }
  }

  async restartControllerManager(signal: NodeJS.Signals): Promise<void> {
    await this.#controllerManager?.stop(signal, SHUTDOWN_MS)
    await this.#startControllerManager()
  }

  get pids(): ControlPlanePids {
    return {
      apiServer: pidOf(this.#apiServer),
      etcd: pidOf(this.#etcd),
      controllerManager: pidOf(this.#controllerManager),
    }
  }

  async #startEtcd(): Promise<void> {
    const etcd = this.#children.start('etcd', {
      file: this.#binaries.etcd,
      args: etcdFlags(this.files, this.#ports.etcd),
    })
    this.#etcd = etcd
    await whileRunning(etcd, () => accepts(this.#ports.etcd))
  }

  async #startControllerManager(): Promise<void> {
    const manager = this.#children.start('kube-controller-manager', {
      file: this.#binaries['kube-controller-manager'],
      args: [...controllerManagerFlags(this.files), ...(this.#extra.controllerManagerFlags ?? [])],
    })
    this.#controllerManager = manager
    // Its work is the sign that it works: pods need the service account and the CA bundle of their namespace.
    const namespace = '/api/v1/namespaces/default'
    await whileRunning(manager, async () => {
      const account = await this.client.request('GET', `${namespace}/serviceaccounts/default`)
      const bundle = await this.client.request('GET', `${namespace}/configmaps/kube-root-ca.crt`)
      return account.status === 200 && bundle.status === 200
    })
  }

  async #writeFiles(certificates: ControlPlaneCertificates): Promise<void> {
    const { files, endpoint } = this
    const contents: Record<string, string> = {
      [files.ca]: certificates.ca,
      [files.apiServerCertificate]: certificates.apiServer.certificate,
      [files.apiServerKey]: certificates.apiServer.key,
      [files.serviceAccountPublicKey]: certificates.serviceAccounts.publicKey,
      [files.serviceAccountPrivateKey]: certificates.serviceAccounts.privateKey,
      [files.auditPolicy]: JSON.stringify(AUDIT_POLICY),
      [files.adminKubeconfig]: kubeconfig(endpoint, certificates.admin),
      [files.controllerManagerKubeconfig]: kubeconfig(endpoint, certificates.controllerManager),
    }
    await Promise.all(Object.entries(contents).map(([file, text]) => writeFile(file, text, { mode: 0o600 })))
  }
}

/** Resolves once `ready`; rejects with the log when the process ends before. */
async function whileRunning(child: Child, ready: () => Promise<boolean>): Promise<void> {
  const look = async () => {
    if (!child.running) return 'ended'
    return (await ready()) ? 'ready' : undefined
  }
  if ((await eventually(`${child.name} is ready`, look, { withinMs: START_MS })) === 'ready') return
  const { error } = await child.exited
  const why = error?.message ?? (await child.log()).split('\n').slice(-15).join('\n')
  throw new StartError(`${child.name} ended before it was ready:\n${why}`)
}

export class StartError extends Error {
  /** Another process took the port between its choice and its use. */
  get portTaken(): boolean {
    return this.message.includes('address already in use')
  }
}

function pidOf(child: Child | undefined): number {
  if (child?.pid === undefined)
    throw new Error(`${child?.name ?? 'a process of the control plane'} does not run`)
  return child.pid
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
