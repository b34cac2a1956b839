import type { Registry } from 'prom-client'
import { counter, gauge, type Sample } from './sampled.ts'

export interface CertificateState {
  /** When they end, in milliseconds since 1970; undefined until a pass has succeeded. */
  readonly notAfter?: { readonly authority: number; readonly serving?: number }
  readonly secretMissing: boolean
  readonly webhookMissing: boolean
  /** How many times a webhook configuration trusted a CA that no Secret of the operator holds. */
  readonly foreignRemoved: number
}

const MS_PER_SECOND = 1000

/** Registers what the process that issues the certificates knows of them; another counts nothing. */
export function registerCertificates(registry: Registry, state: () => CertificateState | undefined): void {
  const read = (of: (state: CertificateState) => number) => (): Sample[] => {
    const current = state()
    return current === undefined ? [] : [[{}, of(current)]]
  }
  gauge(
    registry,
    'mcrouter_operator_certificate_expiry_timestamp_seconds',
    'When the CA and the serving certificate end, in seconds since 1970',
    () => expiries(state()?.notAfter),
    ['certificate'],
  )
  gauge(
    registry,
    'mcrouter_operator_certificate_secret_missing',
    '1 if a Secret of the certificates does not exist, else 0',
    read(({ secretMissing }) => Number(secretMissing)),
  )
  gauge(
    registry,
    'mcrouter_operator_webhook_configuration_missing',
    '1 if a webhook configuration of the operator does not exist, else 0',
    read(({ webhookMissing }) => Number(webhookMissing)),
  )
  counter(
    registry,
    'mcrouter_operator_foreign_ca_removals_total',
    'Removals of a CA that no Secret of the operator holds from a webhook configuration',
    read(({ foreignRemoved }) => foreignRemoved),
  )
}

function expiries(notAfter: CertificateState['notAfter']): Sample[] {
  if (notAfter === undefined) return []
  const { authority, serving } = notAfter
  const ofServing: Sample[] =
    serving === undefined ? [] : [[{ certificate: 'serving' }, serving / MS_PER_SECOND]]
  return [[{ certificate: 'authority' }, authority / MS_PER_SECOND], ...ofServing]
}
