import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { eventually } from '../../../testing/deadline.ts'
import type { Requests } from '../agent/main.ts'
import { AGENT_PORT as PORT } from '../agent/port.ts'
import { apply, kubectlOk } from './cluster.ts'
import { environment } from './environment.ts'

const NODE = '/nodejs/bin/node'
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

  /** In the network of a pod that is there, beside its containers; it stays until that pod goes. */
  static async within(namespace: string, pod: string): Promise<Agent> {
    const container = [`--image=${environment.image}`, '--container=agent', '--profile=restricted']
    const command = [NODE, '--input-type=module', '--eval', await bundled()]
    await kubectlOk(['-n', namespace, 'debug', pod, ...container, '--', ...command])
    const agent = new Agent(namespace, pod)
    await eventually(`the agent in ${pod} answers`, () => kubectlOk(['get', '--raw', agent.#path('/')]))
    return agent
  }

  /** Through the API server's proxy for pods, which every cluster has. */
  async ask<T>(path: keyof Requests, body: Requests[typeof path]): Promise<T> {
    const create = ['create', '--raw', this.#path(path), '-f', '-']
    // Both ends are built from the same sources.
    return JSON.parse(await kubectlOk(create, JSON.stringify(body)))
  }

  #path(path: string): string {
    return `/api/v1/namespaces/${this.#namespace}/pods/${this.#name}:${PORT}/proxy${path}`
  }
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [AGENT],
    bundle: true,
    minify: true,
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
        command: [NODE, '/agent/agent.mjs'],
        // What it does to others is to be done in time on a busy node as well.
        resources: { requests: { cpu: '100m' } },
        readinessProbe: { httpGet: { path: '/', port: PORT }, periodSeconds: 1 },
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
