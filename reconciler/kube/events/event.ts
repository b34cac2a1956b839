import type { EpochMs } from '../../../process/clock.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { plainText } from '../../../text/plain-text.ts'
import type { KubeObject, ObjectKey } from '../api.ts'
import { events } from '../resources.ts'
import { microTime } from '../time.ts'

/** Something that happened to an object, for a person who looks at it. */
export interface Happening {
  readonly type: 'Normal' | 'Warning'
  /** Why: one CamelCase word (ScaledUp, Rejected, …), at most 128 bytes. */
  readonly reason: string
  /** What was done or tried: one CamelCase word (Reconcile, Scale, …), at most 128 bytes. */
  readonly action: string
  /** The whole story in a sentence; see {@link noted}. */
  readonly note: string
}

/** Who reports. */
export interface Reporter {
  /** A qualified name: mcrouter.example.com/operator. */
  readonly controller: string
  /** This process, at most 128 bytes: its pod's name. */
  readonly instance: string
}

/** How often the same thing happened. Times in milliseconds since the epoch. */
export interface Occurrences {
  readonly count: number
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
}

// Limits of the API server: kubernetes pkg/apis/core/validation/events.go.
const NOTE_BYTES = 1024

/** An ObjectReference to an object, for an Event's `regarding`. */
export interface Reference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

export function referenceTo({ apiVersion, kind, metadata }: KubeObject): Reference {
  const { namespace, name, uid, resourceVersion } = metadata
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, uid, resourceVersion }
}

/** An events.k8s.io/v1 Event, ready to create: its note is as {@link noted} makes it. */
export function eventFor(
  key: Required<ObjectKey>,
  regarding: Reference,
  happening: Happening,
  reporter: Reporter,
  occurrences: Occurrences,
): JsonObject {
  return {
    apiVersion: events.apiVersion,
    kind: events.kind,
    metadata: key,
    eventTime: microTime(occurrences.firstAt),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance,
    type: happening.type,
    reason: happening.reason,
    action: happening.action,
    note: happening.note,
    regarding,
    ...(occurrences.count > 1 && seriesOf(occurrences)),
  }
}

/** The one part of an Event that may change. */
export function seriesOf({ count, lastAt }: Occurrences): JsonObject {
  return { series: { count, lastObservedTime: microTime(lastAt) } }
}

/** A note as an Event has it: on one line, and cut to 1024 bytes. */
export function noted(note: string): string {
  const line = plainText(note)
  if (Buffer.byteLength(line) <= NOTE_BYTES) return line
  const ellipsis = '…'
  const room = NOTE_BYTES - Buffer.byteLength(ellipsis)
  // A character cut in two decodes to U+FFFD, which stream mode holds back instead.
  const cut = new TextDecoder().decode(Buffer.from(line).subarray(0, room), { stream: true })
  return cut + ellipsis
}
