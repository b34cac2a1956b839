export interface Reason {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly meaning: string
  /** What a person should do; empty when nothing. */
  readonly action: string
}

export interface ConditionKind {
  readonly meaning: string
  readonly reasons: Readonly<Record<string, Reason>>
}
