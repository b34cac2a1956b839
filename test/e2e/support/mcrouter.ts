import { eventually } from '../../../testing/deadline.ts'
import { atPath } from '../../support/at.ts'
import { apply, get, kubectlOk, list, textAt } from './cluster.ts'

const SETTLE_MS = 180_000

/** The version in which it is written, not the stored one: another has other fields, and another number in its scale. */
export const WRITTEN = 'mcrouters.v1alpha3.mcrouter.example.com'

/** A Mcrouter on the cluster, as a user handles it: through kubectl, in one of the versions. */
export class Mcrouter {
  readonly namespace: string
  readonly name: string
  readonly #version: 'v1alpha3' | 'v1beta1'

  constructor(namespace: string, name: string, version: 'v1alpha3' | 'v1beta1' = 'v1alpha3') {
    this.namespace = namespace
    this.name = name
    this.#version = version
  }

  /** Host name of the router Service. */
  get host(): string {
    return `${this.name}.${this.namespace}.svc`
  }

  /** Host name of one memcached server. */
  server(ordinal: number): string {
    return `${this.name}-memcached-${ordinal}.${this.name}-memcached.${this.namespace}.svc`
  }

  async apply(spec: object): Promise<void> {
    const metadata = { name: this.name, namespace: this.namespace }
    await apply([{ apiVersion: `mcrouter.example.com/${this.#version}`, kind: 'Mcrouter', metadata, spec }])
  }

  async patch(spec: object): Promise<void> {
    const kind = `mcrouters.${this.#version}.mcrouter.example.com`
    const patch = ['-n', this.namespace, 'patch', kind, this.name]
    await kubectlOk([...patch, '--type=merge', '-p', JSON.stringify({ spec })])
  }

  async scale(servers: number): Promise<void> {
    await kubectlOk(['-n', this.namespace, 'scale', WRITTEN, this.name, `--replicas=${servers}`])
  }

  async read(): Promise<unknown> {
    return get(['-n', this.namespace, 'mcrouter', this.name])
  }

  /**
   * Waits until all is as the spec says, whatever is said of servers that have restarted again and again: those that a test kills
   * are in Degraded for minutes.
   */
  async carriedOut(): Promise<void> {
    await eventually(`${this.name} is carried out`, async () => carriedOut(await this.read()), {
      withinMs: SETTLE_MS,
      everyMs: 500,
    })
  }

  /** One condition of the status; undefined while it is not there. */
  async condition(type: string): Promise<{ status: string; reason: string; message: string } | undefined> {
    return conditionOf(await this.read(), type)
  }

  /** Waits until all is as the spec says: applied, confirmed, available. */
  async settled(withinMs = SETTLE_MS): Promise<void> {
    await eventually(`${this.name} is settled`, async () => settled(await this.read()), {
      withinMs,
      everyMs: 500,
    })
  }

  /** Names of the pods of a tier, in order. */
  async pods(component: 'memcached' | 'mcrouter'): Promise<string[]> {
    return (await this.podObjects(component)).map((pod) => textAt(pod, 'metadata.name')).sort()
  }

  podObjects(component: 'memcached' | 'mcrouter') {
    const selector = `app.kubernetes.io/instance=${this.name},app.kubernetes.io/component=${component}`
    return list(['-n', this.namespace, 'pods', '-l', selector])
  }

  /** By name, uid and restarts of each pod of a tier. */
  async identities(component: 'memcached' | 'mcrouter'): Promise<Readonly<Record<string, string>>> {
    const pods = await this.podObjects(component)
    const described = pods.map((pod) => [
      textAt(pod, 'metadata.name'),
      `${textAt(pod, 'metadata.uid')} ${textAt(pod, 'status.containerStatuses.0.restartCount')}`,
    ])
    return Object.fromEntries(described)
  }
}

export function conditionOf(mcrouter: unknown, type: string) {
  const conditions = atPath(mcrouter, 'status.conditions')
  const found = Array.isArray(conditions) ? conditions.find((one) => textAt(one, 'type') === type) : undefined
  if (found === undefined) return undefined
  return {
    status: textAt(found, 'status'),
    reason: textAt(found, 'reason'),
    message: textAt(found, 'message'),
  }
}

function settled(mcrouter: unknown): boolean {
  return carriedOut(mcrouter) && conditionOf(mcrouter, 'Ready')?.status === 'True'
}

function carriedOut(mcrouter: unknown): boolean {
  const is = (type: string, status: string) => conditionOf(mcrouter, type)?.status === status
  return (
    atPath(mcrouter, 'status.observedGeneration') === atPath(mcrouter, 'metadata.generation') &&
    conditionOf(mcrouter, 'Progressing')?.reason === 'Complete' &&
    is('ConfigApplied', 'True') &&
    is('Available', 'True')
  )
}
