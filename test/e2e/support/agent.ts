import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Requests } from '../agent/main.ts'
import { apply, kubectlOk } from './cluster.ts'
import { environment } from './environment.ts'

const AGENT = fileURLToPath(new URL('../agent/main.ts', import.meta.url))

/** What a pod has beside that of the restricted level. */
interface Particulars {
  readonly labels?: Readonly<Record<string, string>>
  /** Of its spec. */
  readonly podSpec?: object
  /** Of the security context of its container. */
  readonly security?: object
}

/** A pod in which test/e2e/agent runs. The operator's image has Node, and is on the nodes already. */
export class Agent {
  readonly #namespace: string
  readonly #name: string

  private constructor(namespace: string, name: string) {
    this.#namespace = namespace
    this.#name = name
  }

  /** Resolves when it answers. */
  static async start(
    namespace: string,
    name: string,
    { labels = {}, podSpec = {}, security = {} }: Particulars = {},
  ): Promise<Agent> {
    const metadata = { name, namespace }
    const data = { 'agent.mjs': await bundled() }
    await apply([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, labels },
        spec: { ...specOf(name, security), ...podSpec },
      },
    ])
    await kubectlOk(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
    return new Agent(namespace, name)
  }

  /** Through the API server's proxy for pods, which every cluster has. */
  async ask<T>(path: keyof Requests, body: Requests[typeof path]): Promise<T> {
    const proxy = `/api/v1/namespaces/${this.#namespace}/pods/${this.#name}:8080/proxy${path}`
    // Both ends are built from the same sources.
    return JSON.parse(await kubectlOk(['create', '--raw', proxy, '-f', '-'], JSON.stringify(body)))
  }
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [AGENT],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  return outputFiles.map(({ text }) => text).join('')
}

function specOf(name: string, security: object) {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name,
        image: environment.image,
        command: ['/nodejs/bin/node', '/agent/agent.mjs'],
        readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65532,
          seccompProfile: { type: 'RuntimeDefault' },
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          ...security,
        },
        volumeMounts: [{ name: 'agent', mountPath: '/agent' }],
      },
    ],
    volumes: [{ name: 'agent', configMap: { name } }],
  }
}
