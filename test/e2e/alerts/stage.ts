import { record, text } from '../../../reconciler/observe/untyped.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { eventually } from '../../../testing/deadline.ts'
import type { SecretFiles } from '../../support/certificate.ts'
import type { Target } from '../agent/connection.ts'
import type { TrafficPlan } from '../agent/traffic.ts'
import type { Client } from '../support/client.ts'
import { apply, get, kubectl, kubectlOk, textAt } from '../support/cluster.ts'
import { Mcrouter } from '../support/mcrouter.ts'
import type { Nodes } from '../support/node.ts'
import { CACHES, type CacheName } from './caches.ts'
import type { Watch } from './watch.ts'

interface Load extends Partial<TrafficPlan> {
  readonly from?: Client
}

const STEADY = { keys: 500, clients: 4, pauseMs: 20 }
/** Of a kubectl for each look. */
const LOOK = { everyMs: 1000 }

/** The caches side by side in a namespace, and what faults are made of. */
export class Stage {
  readonly namespace: string
  readonly client: Client
  /** For loads that leave it no time for others. */
  readonly heavy: Client
  readonly watch: Watch
  readonly #nodes: Nodes

  constructor(
    namespace: string,
    { client, heavy }: { readonly client: Client; readonly heavy: Client },
    nodes: Nodes,
    watch: Watch,
  ) {
    this.namespace = namespace
    this.client = client
    this.heavy = heavy
    this.watch = watch
    this.#nodes = nodes
  }

  the(name: CacheName): Mcrouter {
    return new Mcrouter(this.namespace, name)
  }

  get all(): Mcrouter[] {
    return Object.keys(CACHES).map((name) => new Mcrouter(this.namespace, name))
  }

  async applyAll(): Promise<void> {
    await apply(
      Object.entries(CACHES).map(([name, spec]) => ({
        apiVersion: 'mcrouter.example.com/v1beta1',
        kind: 'Mcrouter',
        metadata: { name, namespace: this.namespace },
        spec,
      })),
    )
  }

  /** As v1beta1 says it. */
  async patch(name: CacheName, spec: JsonObject): Promise<void> {
    const patch = JSON.stringify({ spec })
    await kubectlOk(['-n', this.namespace, 'patch', 'mcrouter', name, '--type=merge', '-p', patch])
  }

  routers(name: CacheName): Target {
    return { host: this.the(name).host, port: 5000 }
  }

  /** A router by itself. */
  async router(name: CacheName): Promise<Target> {
    const [pod] = await this.the(name).podObjects('mcrouter')
    return { host: textAt(pod, 'status.podIP'), port: 5000 }
  }

  server(name: CacheName): Target {
    return { host: this.the(name).server(0), port: 11_211 }
  }

  /** Some hundreds of requests a second, until that client is told to stop what has the name of the cache. */
  async load(
    name: CacheName,
    { from = this.client, target = this.routers(name), ...plan }: Load = {},
  ): Promise<void> {
    await from.start(name, { target, prefix: name, ...STEADY, ...plan })
  }

  async calm(name: CacheName): Promise<void> {
    await this.client.stop(name)
  }

  /** The pod of the server that a router asks for keys. */
  async askedFirst(name: CacheName): Promise<string> {
    const { host, port } = this.routers(name)
    return eventually(`the router of ${name} says whom it asks`, async () => {
      const { kind, text } = await this.client.talk(host, port, 'get __mcrouter__.route(get,key)')
      return kind === 'hit' && text.split('.')[0]
    })
  }

  freeze(pod: string): Promise<void> {
    return this.#nodes.freeze(this.namespace, pod)
  }

  kill(pod: string): Promise<void> {
    return this.#nodes.kill(this.namespace, pod)
  }

  /** If it is there: a router that hangs is replaced. */
  async thaw(pod: string): Promise<void> {
    if (await get(['-n', this.namespace, 'pod', pod])) await this.#nodes.thaw(this.namespace, pod)
  }

  async delete(pods: readonly string[]): Promise<void> {
    await kubectlOk(['-n', this.namespace, 'delete', 'pod', ...pods, '--ignore-not-found', '--wait=false'])
  }

  /** Of type kubernetes.io/tls. */
  async secret(name: string, files: SecretFiles): Promise<void> {
    const metadata = { name, namespace: this.namespace }
    await apply([
      { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', stringData: files },
    ])
  }

  async say(): Promise<string> {
    return (await kubectl(['-n', this.namespace, 'get', 'mcrouters,pods', '-o', 'wide'])).stdout
  }

  /** Waits until this has a result that is not empty and not false. */
  async seen(query: string): Promise<void> {
    const prometheus = this.watch.prometheus
    await eventually(query, async () => (await prometheus.query(query)).length > 0, LOOK)
  }
}

/** Data of a Secret, decoded. */
export async function secretData(namespace: string, name: string): Promise<(key: string) => string> {
  const secret = await get(['-n', namespace, 'secret', name])
  const data = record(secret?.data)
  return (key) => Buffer.from(text(data[key]), 'base64').toString()
}
