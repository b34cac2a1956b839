import { X509Certificate } from 'node:crypto'
import { eventually } from '../../../testing/deadline.ts'
import type { SecretFiles, TestAuthority } from '../../support/certificate.ts'
import type { Target } from '../agent/connection.ts'
import type { KeySet } from '../agent/keys.ts'
import type { Client } from '../support/client.ts'
import { apply, kubectlOk, textAt } from '../support/cluster.ts'
import { Mcrouter } from '../support/mcrouter.ts'

export const KEYS = 1000
const [PLAIN, SECURE, SERVER] = [5000, 5001, 11211]
const DAY_MS = 86_400_000
/** Of both tiers: many are to fit on one node. */
const POD = { resources: { requests: { cpu: '5m' } } }

type Component = 'memcached' | 'mcrouter'
/** What the Secrets of a cache are for: clients see the first, routers the second, and trust the third. */
type Purpose = 'clients' | 'servers' | 'ca'

/** Where the caches of a test are, and who signs for them at first. */
export interface Stage {
  readonly namespace: string
  readonly client: Client
  readonly authority: TestAuthority
}

/** Two servers and two routers, each Mcrouter with Secrets of its own. */
export class SecureCache {
  readonly mcrouter: Mcrouter
  readonly client: Client
  readonly #namespace: string

  constructor({ namespace, client }: Stage, name: string) {
    this.mcrouter = new Mcrouter(namespace, name, 'v1beta1')
    this.client = client
    this.#namespace = namespace
  }

  /** With TLS on both hops; resolves when it serves. */
  static async start(stage: Stage, name: string): Promise<SecureCache> {
    const cache = new SecureCache(stage, name)
    const { 'ca.crt': ca } = await cache.issued(stage.authority)
    await cache.secret('ca', { 'ca.crt': ca })
    await cache.secret('servers', await cache.issued(stage.authority))
    await cache.secret('clients', await cache.issued(stage.authority))
    await cache.apply({
      memcached: { tls: { secretName: cache.secretName('servers') } },
      router: {
        tls: {
          clients: { secretName: cache.secretName('clients') },
          servers: { secretName: cache.secretName('ca') },
        },
      },
    })
    await cache.mcrouter.settled()
    return cache
  }

  async apply({ memcached = {}, router = {} }: { memcached?: object; router?: object }): Promise<void> {
    await this.mcrouter.apply({
      memcached: { shards: 2, memory: '32Mi', minReadySeconds: 0, pod: POD, ...memcached },
      router: { image: 'devan2502/mcrouter:v2026.08.17.00', replicas: 2, pod: POD, ...router },
    })
  }

  /** In the second half of its life, in which the operator tells servers to read it anew, and not yet about to end. */
  issued(authority: TestAuthority): Promise<SecretFiles> {
    const now = Date.now()
    const life = { notBefore: now - 60 * DAY_MS, notAfter: now + 20 * DAY_MS }
    return authority.issue({ name: this.mcrouter.host, ...life })
  }

  secretName(purpose: Purpose): string {
    return `${this.mcrouter.name}-${purpose}`
  }

  async secret(purpose: Purpose, files: Partial<SecretFiles>): Promise<void> {
    const metadata = { name: this.secretName(purpose), namespace: this.#namespace }
    await apply([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: files }])
  }

  /** Resolves when kubelet has written this text into a file of every pod of the tier. */
  async mounted(component: Component, file: string, text: string): Promise<void> {
    const here = ['-n', this.#namespace, 'exec']
    const isThere = async (pod: string) =>
      (await kubectlOk([...here, pod, '-c', component, '--', 'cat', file])) === text
    await eventually(
      `${file} is in every pod`,
      async () => !(await Promise.all((await this.mcrouter.pods(component)).map(isThere))).includes(false),
      { everyMs: 1000 },
    )
  }

  /** The routers, by TLS for a client that trusts these CAs, or without. */
  target(ca?: string): Target {
    return { host: this.mcrouter.host, ...(ca === undefined ? { port: PLAIN } : { port: SECURE, ca }) }
  }

  keys(prefix: string, ca?: string): KeySet {
    return { target: this.target(ca), prefix, count: KEYS }
  }

  /** By pod, the fingerprint of what it shows to those who connect now; `none` of one that lets nobody in. */
  async shown(component: Component): Promise<Readonly<Record<string, string>>> {
    const port = component === 'mcrouter' ? SECURE : SERVER
    const pods = await this.mcrouter.podObjects(component)
    const shown = pods.map(async (pod) => [
      textAt(pod, 'metadata.name'),
      await this.client.certificate({ host: textAt(pod, 'status.podIP'), port }).catch(() => 'none'),
    ])
    return Object.fromEntries(await Promise.all(shown))
  }

  /** Whether each of both pods shows this certificate to those who connect now. */
  async serves(component: Component, { 'tls.crt': certificate }: SecretFiles): Promise<boolean> {
    const { fingerprint256 } = new X509Certificate(certificate)
    const shown = Object.values(await this.shown(component))
    return shown.length === 2 && shown.every((fingerprint) => fingerprint === fingerprint256)
  }

  /** Routers hold a server that was away, or was slow to take them, for dead until it answers a probe. */
  async takesAll(keys: KeySet): Promise<void> {
    await eventually('every key is stored', async () => (await this.client.fill(keys)).stored === KEYS, {
      everyMs: 1000,
    })
  }

  /** A value that is lost stays lost; one of a server that was slow to take a router is only missed until it answers a probe. */
  async hasAll(keys: KeySet): Promise<void> {
    await eventually('every key is a hit', async () => (await this.client.audit(keys)).counts.hit === KEYS, {
      everyMs: 1000,
    })
  }

  async delete(pod: string): Promise<void> {
    await kubectlOk(['-n', this.#namespace, 'delete', 'pod', pod])
  }
}

/**
 * mcrouter reads its files half an hour after it last did. A stand-in for it (test/standin) does it after a second where its environment
 * says so, which is set as a person would, beside the operator.
 */
export async function rereadAtOnce({ mcrouter }: SecureCache): Promise<void> {
  const deployment = `deployment/${mcrouter.name}`
  const here = ['-n', mcrouter.namespace]
  await kubectlOk([...here, 'set', 'env', deployment, 'MCROUTER_STANDIN_TLS_RELOAD=1s'])
  await kubectlOk([...here, 'rollout', 'status', deployment, '--timeout=120s'])
  await mcrouter.settled()
  // A rollout is over while those before it still see their clients off.
  const isAlone = async () => (await mcrouter.pods('mcrouter')).length === 2
  await eventually('the former routers have left', isAlone, { withinMs: 120_000, everyMs: 1000 })
}
