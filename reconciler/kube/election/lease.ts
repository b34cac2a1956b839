import type { Clock, MonotonicMs } from '../../../process/clock.ts'
import type { KubeApi, KubeObject, ObjectKey } from '../api.ts'
import { isOlder, type Rewind } from '../cache/version.ts'
import { ApiError } from '../connection/errors.ts'
import { leases } from '../resources.ts'
import { claim, type LeaseRecord, readRecord, release, toSpec } from './lease-record.ts'

export interface LeaseOptions {
  readonly api: KubeApi
  readonly key: Required<ObjectKey>
  /** Of this process, and of no other that ever was: host name and a random part. */
  readonly identity: string
  /** The others wait so many whole seconds after the last renewal they saw. */
  readonly durationSeconds: number
  readonly clock: Clock
  /** Told when it is older than it was before. */
  readonly onRewind?: ((rewind: Rewind) => void) | undefined
}

/**
 * One Lease as a lock, with the rules of client-go's tools/leaderelection: it is over when it has not changed for its
 * duration on our own clock (the times in it are another machine's), and every write carries the resourceVersion, so
 * that of two who try at once one gets a 409.
 */
export class Lease {
  readonly #options: LeaseOptions
  readonly #clock: Clock
  /** As it was last seen, and when its record was first seen to be so. */
  #seen: { readonly lease: KubeObject; readonly record: LeaseRecord; readonly since: MonotonicMs } | undefined

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#clock = options.clock
  }

  /** Who held it when it was last seen; empty for nobody. */
  get holder(): string {
    return this.#seen?.record.holder ?? ''
  }

  get isOurs(): boolean {
    return this.holder === this.#options.identity
  }

  /**
   * Takes it or renews it. False when another holds it or was first.
   *
   * @throws ApiError when that could not be found out
   */
  async hold(signal: AbortSignal): Promise<boolean> {
    // The holder's short way: one request, as long as nobody else wrote to the object.
    if (this.#seen && this.isOurs && (await this.#claim(this.#seen.lease, signal))) return true
    const lease = await this.#options.api.get(leases, this.#options.key, signal)
    if (lease === undefined) return await this.#create(signal)
    this.#observe(lease)
    return this.#isFree() && (await this.#claim(lease, signal))
  }

  /**
   * Gives it back, if it is ours, so that another need not wait for its end.
   *
   * @throws ApiError
   */
  async release(signal: AbortSignal): Promise<void> {
    const { api, key } = this.#options
    // Once more after a conflict: our last renewal may have been carried out though its answer never came.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const lease = await api.get(leases, key, signal)
      if (lease === undefined) return
      this.#observe(lease)
      if (!this.isOurs || (await this.#replace(lease, release(readRecord(lease), this.#clock.now()), signal)))
        return
    }
  }

  #isFree(): boolean {
    if (this.#seen === undefined || this.holder === '' || this.isOurs) return true
    return this.#clock.monotonic() - this.#seen.since >= this.#seen.record.durationSeconds * 1000
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { api, key } = this.#options
    const { apiVersion, kind } = leases
    const lease = { apiVersion, kind, metadata: { ...key }, spec: toSpec(this.#claimed(undefined)) }
    return await this.#write(api.create(leases, lease, { signal }))
  }

  async #claim(lease: KubeObject, signal: AbortSignal): Promise<boolean> {
    return await this.#replace(lease, this.#claimed(readRecord(lease)), signal)
  }

  #claimed(before: LeaseRecord | undefined): LeaseRecord {
    const { identity, durationSeconds } = this.#options
    return claim(before, identity, durationSeconds, this.#clock.now())
  }

  async #replace(lease: KubeObject, record: LeaseRecord, signal: AbortSignal): Promise<boolean> {
    const next = { ...lease, spec: { ...lease.spec, ...toSpec(record) } }
    return await this.#write(this.#options.api.replace(leases, next, { signal }))
  }

  /** False when another was first. */
  async #write(sent: Promise<KubeObject>): Promise<boolean> {
    try {
      this.#observe(await sent)
      return true
    } catch (error) {
      if (error instanceof ApiError && (error.conflict || error.alreadyExists || error.notFound)) return false
      throw error
    }
  }

  #observe(lease: KubeObject): void {
    const record = readRecord(lease)
    const from = this.#seen?.lease.metadata.resourceVersion ?? ''
    const to = lease.metadata.resourceVersion
    if (isOlder(to, from)) this.#options.onRewind?.({ from, to })
    const unchanged = this.#seen && JSON.stringify(this.#seen.record) === JSON.stringify(record)
    const since = unchanged && this.#seen ? this.#seen.since : this.#clock.monotonic()
    this.#seen = { lease, record, since }
  }
}
