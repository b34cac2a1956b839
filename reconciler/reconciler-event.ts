/** Something that a person would want to know: becomes an event of the Mcrouter. */
export interface ReconcilerEvent {
  readonly type: 'Normal' | 'Warning'
  /** One word, for programs. */
  readonly reason: EventReason
  /** A sentence, for people. */
  readonly note: string
}

/** docs/operations.md says what each means and what to do. */
export type EventReason =
  | 'Created'
  | 'Configured'
  | 'Pruned'
  | 'DriftCorrected'
  | 'Mutated'
  | 'FieldConflict'
  | 'Invalid'
  | 'Normalised'
  | 'Paused'
  | 'Resumed'
  | 'NormaliseFailed'
  | 'ApplyFailed'
  | 'NameConflict'
  | 'CertificateIssued'
  | 'ServerRestarted'
  | 'RouterRestarted'
  | 'RouterEvicted'
  | 'NodeNotPreferred'
  | 'ZoneNotPreferred'
  | 'Abandoned'
  | 'ScalingUp'
  | 'ScalingDown'
  | 'Scaled'
  | 'ShrinkWaits'
  | 'ConsentNeeded'
  | 'ConfigConfirmed'
  | 'ConfigUnconfirmed'
  | 'ConfigRefused'
  | 'ReleaseDiffers'
  | 'Adopting'
  | 'Adopted'
  | 'SecondOperator'
  | 'ReconcileTimeout'
  | 'TooManyObjects'
