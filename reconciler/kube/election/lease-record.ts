import type { EpochMs } from '../../../process/clock.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { KubeObject } from '../api.ts'
import { microTime } from '../time.ts'

/** Who leads, as a Lease says it (coordination.k8s.io/v1 LeaseSpec). */
export interface LeaseRecord {
  /** Empty when it was released. */
  readonly holder: string
  readonly durationSeconds: number
  /** MicroTimes of the holder's clock: for people only. */
  readonly acquireTime: string
  readonly renewTime: string
  /** How often the holder changed. */
  readonly transitions: number
}

export function readRecord(lease: KubeObject): LeaseRecord {
  const { spec = {} } = lease
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const number = (value: unknown) => (typeof value === 'number' ? value : 0)
  return {
    holder: text(spec.holderIdentity),
    durationSeconds: number(spec.leaseDurationSeconds),
    acquireTime: text(spec.acquireTime),
    renewTime: text(spec.renewTime),
    transitions: number(spec.leaseTransitions),
  }
}

export function toSpec(record: LeaseRecord): JsonObject {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: record.acquireTime,
    renewTime: record.renewTime,
    leaseTransitions: record.transitions,
  }
}

/** What a new or a continuing holder writes. `now` in ms since the epoch. */
export function claim(
  before: LeaseRecord | undefined,
  identity: string,
  durationSeconds: number,
  now: EpochMs,
): LeaseRecord {
  const renewTime = microTime(now)
  if (before?.holder === identity) return { ...before, durationSeconds, renewTime }
  const transitions = before === undefined ? 0 : before.transitions + 1
  return { holder: identity, durationSeconds, acquireTime: renewTime, renewTime, transitions }
}

/** What a leaving holder writes: nobody, for one second (client-go leaderelection.go, tryRelease). */
export function release(before: LeaseRecord, now: EpochMs): LeaseRecord {
  const time = microTime(now)
  return { ...before, holder: '', durationSeconds: 1, acquireTime: time, renewTime: time }
}
