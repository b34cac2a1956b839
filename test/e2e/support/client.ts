import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Target } from '../agent/connection.ts'
import type { Counts, KeySet } from '../agent/keys.ts'
import type { Requests } from '../agent/main.ts'
import type { Reply } from '../agent/reply.ts'
import type { TrafficPlan, TrafficReport } from '../agent/traffic.ts'
import { apply, kubectlOk } from './cluster.ts'
import { environment } from './environment.ts'

const AGENT = fileURLToPath(new URL('../agent/main.ts', import.meta.url))
const NAME = 'client'

/** A memcached client that runs as a pod of the namespace. */
export class Client {
  readonly #namespace: string

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  /** One command, to any address: a Service, or a pod of it. */
  talk(host: string, port: number, command: string): Promise<Reply> {
    return this.#ask<Reply>('/talk', { target: { host, port }, command })
  }

  fill(keys: KeySet): Promise<Counts> {
    return this.#ask<Counts>('/fill', keys)
  }

  audit(keys: KeySet): Promise<Counts> {
    return this.#ask<Counts>('/audit', keys)
  }

  async start(name: string, plan: TrafficPlan): Promise<void> {
    await this.#ask('/start', { name, ...plan })
  }

  report(name: string): Promise<TrafficReport> {
    return this.#ask<TrafficReport>('/report', { name })
  }

  stop(name: string): Promise<TrafficReport> {
    return this.#ask<TrafficReport>('/stop', { name })
  }

  /** SHA-256 fingerprint of the certificate that is served there. */
  async certificate(target: Target): Promise<string> {
    return (await this.#ask<{ fingerprint: string }>('/certificate', target)).fingerprint
  }

  async #ask<T>(path: keyof Requests, body: Requests[typeof path]): Promise<T> {
    const proxy = `/api/v1/namespaces/${this.#namespace}/pods/${NAME}:8080/proxy${path}`
    // Both ends are built from the same sources.
    return JSON.parse(await kubectlOk(['create', '--raw', proxy, '-f', '-'], JSON.stringify(body)))
  }
}

/** Starts a client in the namespace and waits until it answers. It goes with the namespace. */
export async function startClient(namespace: string): Promise<Client> {
  const metadata = { name: NAME, namespace }
  await apply([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'agent.mjs': await bundleAgent() } },
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: POD },
  ])
  await kubectlOk(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${NAME}`, '--timeout=60s'])
  return new Client(namespace)
}

async function bundleAgent(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [AGENT],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  return outputFiles.map(({ text }) => text).join('')
}

/** The operator's image has Node, and is on the nodes already. */
const POD = {
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 0,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: NAME,
      image: environment.image,
      command: ['/nodejs/bin/node', '/agent/agent.mjs'],
      readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: [{ name: 'agent', mountPath: '/agent' }],
    },
  ],
  volumes: [{ name: 'agent', configMap: { name: NAME } }],
}
