import type { X509Certificate } from 'node:crypto'
import { SECRETS } from '../../certs/api.ts'
import { parseCertificates } from '../../certs/chain.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { at } from '../support/at.ts'
import { type Installation, MINUTE, only, SERVING_SECRET, WEBHOOKS } from './installation.ts'

/** How long an API server may go on with a caBundle that has been replaced. */
const API_SERVER_LAG = MINUTE

interface Acceptance {
  readonly from: number
  readonly to: number
}

/**
 * The servers and the API servers of an installation, at their worst: whatever was ever in the serving Secret may still
 * be served until it expires, since a kubelet may be cut off for months, and any API server may be a minute behind.
 * Looks at every write and keeps which calls would have failed.
 */
export class Witness {
  readonly refusals: string[] = []
  readonly #installation: Installation
  readonly #realTime: () => number
  /** PEM of every leaf that may be served, and when it ends. */
  readonly #served = new Map<string, number>()
  /** Every caBundle that some API server may be using, and until when. */
  readonly #trusted = new Map<string, number>()
  readonly #acceptances = new Map<string, Acceptance | undefined>()

  /** `realTime` is what servers and API servers have for a clock, in milliseconds since 1970. */
  constructor(installation: Installation, realTime: () => number) {
    this.#installation = installation
    this.#realTime = realTime
    installation.cluster.onWrite = () => this.look()
    this.look()
  }

  look(): void {
    const now = this.#realTime()
    this.#see(now)
    for (const leaf of this.#served.keys()) {
      for (const bundle of this.#trusted.keys()) this.#call(leaf, bundle, now)
    }
  }

  #see(now: number): void {
    const { cluster } = this.#installation
    const leaf = text(cluster.peek(SECRETS, SERVING_SECRET)?.data, 'tls.crt')
    if (leaf) this.#served.set(leaf, only(leaf).validToDate.getTime())
    for (const [served, end] of this.#served) if (end < now) this.#served.delete(served)

    const bundles = WEBHOOKS.flatMap(({ resource, name }) => bundlesOf(cluster.peek(resource, { name })))
    for (const bundle of bundles) this.#trusted.set(bundle, Number.POSITIVE_INFINITY)
    for (const [bundle, until] of this.#trusted) {
      if (until < now) this.#trusted.delete(bundle)
      else if (!bundles.includes(bundle)) this.#trusted.set(bundle, Math.min(until, now + API_SERVER_LAG))
    }
  }

  #call(leaf: string, bundle: string, now: number): void {
    const pair = leaf + bundle
    if (!this.#acceptances.has(pair)) this.#acceptances.set(pair, acceptance(only(leaf), bundle))
    const accepted = this.#acceptances.get(pair)
    if (accepted && accepted.from <= now && now <= accepted.to) return
    this.refusals.push(`${new Date(now).toISOString()}: ${only(leaf).issuer} is not trusted or not in date`)
  }
}

/** When a client that trusts the bundle accepts the leaf; by Node's own means, not those under test. */
function acceptance(leaf: X509Certificate, bundle: string): Acceptance | undefined {
  const ca = parseCertificates(bundle).find(
    (issuer) => leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey),
  )
  if (!ca) return undefined
  const chain = [leaf, ca]
  return {
    from: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
    to: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
  }
}

function bundlesOf(configuration: JsonObject | undefined): string[] {
  const webhooks = Array.isArray(configuration?.webhooks) ? configuration.webhooks.filter(isJsonObject) : []
  const conversion = at(configuration, 'spec', 'conversion', 'webhook')
  return [...webhooks, conversion]
    .map((webhook) => text(at(webhook, 'clientConfig'), 'caBundle'))
    .filter((bundle) => bundle !== '')
}

function text(object: unknown, field: string): string {
  const value = isJsonObject(object) ? object[field] : undefined
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : ''
}
