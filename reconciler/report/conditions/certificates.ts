import type { Pod } from '../../observe/pod.ts'
import type { Problem, ReconcileReport } from '../../reconcile-report.ts'
import { few } from '../wording.ts'

/** Certificates that pods serve badly, or not for long any more. */
export function certificateFaults({ pods, pulses = new Map() }: ReconcileReport): {
  /** Clients or routers cannot use them. */
  readonly unusable: Problem[]
  /** All is well yet. */
  readonly expiring: Problem[]
} {
  const found = pods.flatMap((pod) => {
    const pulse = pulses.get(pod.metadata.name)
    return pulse === undefined || pod.deleting ? [] : [{ pod, pulse }]
  })
  const [first] = found.filter(({ pulse }) => pulse.unusable !== '')
  const ending = found
    .filter(({ pulse }) => pulse.certificate?.endsSoon === true)
    .map(({ pod, pulse }) => ({ pod, notAfter: pulse.certificate?.notAfter ?? 0 }))
  return {
    unusable:
      first === undefined
        ? []
        : [
            {
              reason: 'CertificateUnusable',
              message: `${first.pod.metadata.name} cannot use its certificate: ${first.pulse.unusable}`,
            },
          ],
    expiring: (['mcrouter', 'memcached'] as const).flatMap((tier) => expiring(tier, ending)),
  }
}

function expiring(
  tier: Pod['component'],
  ending: readonly { readonly pod: Pod; readonly notAfter: number }[],
): Problem[] {
  const ofTier = ending.filter(({ pod }) => pod.component === tier)
  if (ofTier.length === 0) return []
  const end = new Date(Math.min(...ofTier.map(({ notAfter }) => notAfter))).toISOString()
  const names = few(ofTier.map(({ pod }) => pod.metadata.name))
  return [
    {
      reason: 'CertificateExpiring',
      message: `${names} serves a certificate that ends at ${end}: renew the Secret`,
    },
  ]
}
