import type { X509Certificate } from 'node:crypto'
import { type ObjectKey, SECRETS } from '../../certs/api.ts'
import { parseCertificates } from '../../certs/chain.ts'
import { conversionWebhook } from '../../certs/conversion.ts'
import { servingNames } from '../../certs/names.ts'
import { PROPAGATION_TIME } from '../../certs/policy.ts'
import { createRotation, type Rotation, type RotationReport } from '../../certs/rotation.ts'
import { readSecret, type SecretContent } from '../../certs/store.ts'
import { mutatingWebhook, readRegistration, validatingWebhook } from '../../certs/trust.ts'
import type { PassiveClock } from '../../process/clock.ts'
import { Cluster } from './cluster.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const YEAR = 365 * DAY

export const AUTHORITY_SECRET = { namespace: 'sys', name: 'op-ca' }
export const SERVING_SECRET = { namespace: 'sys', name: 'op-serving-cert' }
const CONVERSION = conversionWebhook('mcrouters.mcrouter.example.com', {
  namespace: 'sys',
  service: 'op-server',
  host: undefined,
})
const ADMISSION = [mutatingWebhook('op.sys'), validatingWebhook('op.sys')]
export const WEBHOOKS = [CONVERSION, ...ADMISSION]
export const NAMES = servingNames('op-server', 'sys', 'cluster.local')

/** A clock that a test moves; `jump` moves the wall alone. */
export class TestClock implements PassiveClock {
  #wall: number
  #monotonic = 0

  constructor(start: number) {
    this.#wall = start
  }

  now = (): number => this.#wall
  monotonic = (): number => this.#monotonic

  advance(ms: number): void {
    this.#wall += ms
    this.#monotonic += ms
  }

  jump(ms: number): void {
    this.#wall += ms
  }
}

/** What the chart installs before any process of it runs, and a process that rotates. */
export class Installation {
  readonly cluster = new Cluster()
  readonly clock: TestClock
  #rotation: Rotation

  constructor(start: number) {
    this.clock = new TestClock(start)
    this.emptySecret(AUTHORITY_SECRET)
    this.emptySecret(SERVING_SECRET)
    this.resetWebhooks()
    this.#rotation = this.process()
  }

  emptySecret(key: ObjectKey): void {
    this.cluster.put(SECRETS, key, { type: 'Opaque' })
  }

  /** As `helm upgrade --force` would. */
  resetWebhooks(): void {
    for (const { resource, name } of ADMISSION) {
      this.cluster.put(resource, { name }, { webhooks: [webhookOf('one'), webhookOf('two')] })
    }
    this.cluster.put(CONVERSION.resource, { name: CONVERSION.name }, definitionOf(webhookOf('convert')))
  }

  /** Somebody who may edit webhook configurations has each webhook trust `foreign` (PEM) beside what it trusts. */
  plant(foreign: string): void {
    for (const { resource, name, callsIn } of WEBHOOKS) {
      const found = this.cluster.peek(resource, { name })
      const calls = callsIn({ ...found, metadata: { resourceVersion: '' } })
      const planted = Buffer.from((calls.bundles[0] ?? '') + foreign).toString('base64')
      this.cluster.change(resource, { name }, calls.withBundle(planted))
    }
  }

  /** Another process takes over; it knows nothing of what the one before has seen. */
  restart(): void {
    this.cluster.writesLeft = Number.POSITIVE_INFINITY
    this.#rotation = this.process()
  }

  process(names = NAMES): Rotation {
    return createRotation({
      api: this.cluster,
      clock: this.clock,
      authoritySecret: AUTHORITY_SECRET,
      servingSecret: SERVING_SECRET,
      names,
      webhooks: WEBHOOKS,
    })
  }

  get isDue(): boolean {
    return this.#rotation.isDue()
  }

  /** Answers with the names of the objects written. */
  async pass(): Promise<readonly string[]> {
    this.cluster.writes.length = 0
    await this.#rotation.pass()
    return [...this.cluster.writes]
  }

  async report(): Promise<RotationReport> {
    return this.#rotation.pass()
  }

  /** Makes passes until it is `wall`, a day apart or as told. */
  async passUntil(wall: number, every = DAY): Promise<void> {
    while (this.clock.now() < wall) {
      this.clock.advance(Math.min(every, wall - this.clock.now()))
      await this.#rotation.pass()
    }
  }

  /** Makes passes until nothing is written for longer than things take to settle. */
  async rest(wait = (ms: number) => this.clock.advance(ms)): Promise<void> {
    for (let quiet = 0; quiet <= PROPAGATION_TIME; quiet += MINUTE) {
      if ((await this.pass()).length > 0) quiet = 0
      wait(MINUTE)
    }
  }

  /** What there is once all is at rest: the newest CA has signed, the same bundle is everywhere, everything is in date. */
  async summary() {
    const { certificate, bundle } = await this.serving()
    const leaf = only(certificate)
    const [ca, ...retired] = parseCertificates(bundle)
    const everywhere = [(await this.authority()).bundle, ...(await this.registered())]
    return {
      signedByNewest: ca !== undefined && leaf.checkIssued(ca) && leaf.verify(ca.publicKey),
      inDate: [leaf, ...(ca ? [ca] : [])].every((member) => isInDate(member, this.clock.now())),
      sameEverywhere: everywhere.length === 6 && everywhere.every((other) => other === bundle),
      retired: retired.length,
    }
  }

  /** All that is written anywhere, one text. */
  async everything(): Promise<string> {
    const [authority, serving] = [await this.authority(), await this.serving()]
    return [...Object.values(authority), ...Object.values(serving), ...(await this.registered())].join()
  }

  async authority(): Promise<SecretContent> {
    return (await readSecret(this.cluster, AUTHORITY_SECRET)).content
  }

  async serving(): Promise<SecretContent> {
    return (await readSecret(this.cluster, SERVING_SECRET)).content
  }

  /** The caBundle of every webhook that has one. */
  async registered(): Promise<readonly string[]> {
    const registrations = await Promise.all(
      WEBHOOKS.map((webhook) => readRegistration(this.cluster, webhook)),
    )
    return registrations
      .flatMap((registration) => registration?.bundles ?? [])
      .filter((bundle) => bundle !== '')
  }
}

export function isInDate({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime()
}

export function only(pem: string): X509Certificate {
  const [certificate, ...more] = parseCertificates(pem)
  if (!certificate || more.length > 0) throw new Error('not one certificate')
  return certificate
}

function definitionOf({ clientConfig }: ReturnType<typeof webhookOf>) {
  return { spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig } } } }
}

function webhookOf(name: string) {
  return {
    name: `${name}.example.com`,
    clientConfig: { service: { name: 'op-server', namespace: 'sys', path: `/${name}`, port: 443 } },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }
}
