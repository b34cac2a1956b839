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

export const PENDING = {
  status: 'Unknown',
  meaning: 'The reconciler has seen the Mcrouter and not judged this yet.',
  action: 'If it stays for more than a minute: is a reconciler running and leading?',
} as const satisfies Reason
