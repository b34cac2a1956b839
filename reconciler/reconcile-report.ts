import type { ScaleStep } from '../render/rendering.ts'
import type { ApiVersion } from '../schemas/api-version.ts'
import type { Layout } from '../schemas/layout.ts'
import type { ExternalServer, Mcrouter } from '../schemas/mcrouter.ts'
import type { Counted } from '../schemas/scale-selector.ts'
import type { ReasonOf } from '../schemas/status/conditions.ts'
import type { Violation } from '../schemas/validation/violation.ts'
import type { Child } from './observe/child.ts'
import type { Pod } from './observe/pod.ts'
import type { Confirmation } from './routers/confirmation.ts'
import type { Wait } from './scaling/steps.ts'
import type { Pulses } from './vitals/pulse.ts'

/** What a pass found of a Mcrouter: all that its status is made of. */
export interface ReconcileReport {
  /** metadata.name */
  readonly name: string
  /** metadata.generation of the spec that was judged. */
  readonly generation: number
  readonly admission: Admission
  /** Whose names of fields the messages use (schemas/written-version.ts). */
  readonly version: ApiVersion
  /** As they are after the pass. */
  readonly children: readonly Child[]
  readonly pods: readonly Pod[]
  /** What they say when they are asked; undefined when they are not. */
  readonly pulses?: Pulses | undefined
  /** What is wrong with objects, the worst first. */
  readonly faults: readonly Problem[]
  /** Kind and name of objects that are not yet as the spec wants them, and are tried again. */
  readonly outstanding: readonly string[]
  /** Undefined when the spec is not accepted. */
  readonly scale: ScaleReport | undefined
}

export type Admission =
  | { readonly kind: 'accepted'; readonly mcrouter: Mcrouter }
  /** The spec is valid, and says that nothing is to be done. */
  | { readonly kind: 'paused'; readonly mcrouter: Mcrouter }
  /** The spec is valid, and its normalised form is being written; `problem` says why that fails. */
  | { readonly kind: 'normalising'; readonly problem: string | undefined }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }

export interface ScaleReport {
  /** Those of the spec in its order, and after them those that it no longer has and that are still there. */
  readonly pools: readonly PoolReport[]
  /** Whether something of the Ansible operator is still there. */
  readonly adopting: boolean
  /** host:port of the routed servers of the first pool. */
  readonly servers: readonly string[]
  /** By own pool that routers use, how its servers are laid out for them. */
  readonly layouts: ReadonlyMap<string, Layout>
  /** By own pool of which routers use copies in zones, the zone of each; empty where the spec does not say it any more. */
  readonly zones?: ReadonlyMap<string, readonly string[]>
  /** By pool for which routers use servers of others, these. */
  readonly external: ReadonlyMap<string, readonly ExternalServer[]>
  /** host:port of the router Service. */
  readonly endpoint: string
  /** Whether the objects of the scale are of this very spec, as they are after the pass. */
  readonly current: boolean
  /** Of the pods of that pool. */
  readonly selector: string
  /** That pool, as far as it is wanted and nothing holds it back. */
  readonly main: Counted
  /** Routers that the spec asks for, or its autoscaler. */
  readonly routers: number
  readonly digest: string
  /** Undefined when routers are not to be asked. */
  readonly confirmation: Confirmation | undefined
  /** The time allowed for confirming is over, or for leaving where a shrink waits for that. */
  readonly overdue: boolean
}

export interface PoolReport {
  readonly name: string
  readonly step: ScaleStep
  readonly wait: Wait | undefined
  /** Servers before this step, for the direction. */
  readonly running: number
  /** Servers that the spec asks for; 0 for a pool that it no longer has. */
  readonly wanted: number
}

/** Something wrong with an object, in the words of the condition Degraded. */
export interface Problem {
  readonly reason: ReasonOf<'Degraded'>
  readonly message: string
  /** Of the object that is not as it should be; undefined where it is a pod. */
  readonly kind?: string
}
