import type { Clock } from '../process/clock.ts'
import type { Render } from '../render/index.ts'
import type { Kinds } from '../render/kinds.ts'
import type { RenderSettings } from '../render/rendering.ts'
import type { Versions } from '../schemas/api-version.ts'
import type { Inheritance } from '../schemas/inheritance.ts'
import type { ConversionOutage } from './conversion-outage.ts'
import type { KubeApi, KubeObject } from './kube/api.ts'
import type { ObjectState } from './object-state.ts'
import type { ReconcilerEvent } from './reconciler-event.ts'
import type { AskRouters } from './routers/confirm.ts'
import type { Lookup } from './scaling/lookup.ts'
import type { ScaleTimeouts } from './scaling/steps.ts'
import type { Vitals } from './vitals/vitals.ts'

/** What is the same for every Mcrouter. */
export interface ReconcileOptions {
  readonly api: KubeApi
  readonly clock: Clock
  /** What writes of Mcrouters say of it, all of them together. */
  readonly conversion: ConversionOutage
  /** What a Mcrouter may expand to where it is: not those optional kinds that are not served, of which nothing is planned. */
  readonly kinds: Kinds
  readonly render: Render
  /** Namespace and name of this installation. */
  readonly operator: string
  /** Nothing by default. */
  readonly inherit?: Inheritance
  /** By default with the images of an operator that is not told otherwise. */
  readonly versions?: Versions
  readonly settings: Omit<RenderSettings, 'step'>
  readonly timeouts: Omit<ScaleTimeouts, 'shrinkUnconfirmed'> & {
    /** How long after a replicated pool has grown its reads go past a miss, in milliseconds; 0 for not at all. */
    readonly fillMs: number
  }
  /** Whether there is the right to make Secrets with certificates of servers. By default not. */
  readonly issueCertificates?: boolean
  /** Undefined when routers cannot be reached and so are not asked. */
  readonly confirm: AskRouters | undefined
  /** Undefined where the names of the cluster cannot be looked up. */
  readonly lookup: Lookup | undefined
  /** Undefined when pods are not to be asked. */
  readonly vitals: Vitals | undefined
  /** Why what is written now would not pass through the webhook; undefined when it does, or there is none. */
  readonly webhookClosed: () => string | undefined
}

/** One pass over one Mcrouter: what its stages need beside what the stage before found. */
export interface ReconcileContext extends ReconcileOptions {
  /** namespace/name */
  readonly key: string
  /** As it was when the pass began, with what earlier passes could not write into it. */
  readonly mcrouter: KubeObject
  /** Without that: for what has to be there for whoever leads next, and for what is written. */
  readonly stored: KubeObject
  /** What this process remembers of it. */
  readonly state: ObjectState
  /** Fires when nothing may be written any more. */
  readonly signal: AbortSignal
  readonly recordEvent: (event: ReconcilerEvent) => void
  /** Told of what went wrong and stands in the way of nothing. */
  readonly onTrouble: (error: Error) => void
}
