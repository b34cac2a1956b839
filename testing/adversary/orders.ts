import type { Endpoint } from '../control-plane/kubeconfig.ts'

/** What the adversary is told. */
export interface Orders {
  readonly endpoint: Endpoint
  readonly token: string
  /** Of the webhook server: https://HOST:PORT */
  readonly server: string
  readonly seed: number
}

/** What it has done. */
export interface Report {
  readonly strikes: number
  readonly seconds: number
  /** How often each HTTP status was the API server's answer. */
  readonly answers: Readonly<Record<string, number>>
  /** Sent to the API server. */
  readonly bytes: number
}

/** Before the report in what it writes. */
export const REPORT = 'report: '
