import { ACCEPTED } from './accepted.ts'
import { AVAILABLE } from './available.ts'
import { CONFIG_APPLIED } from './config-applied.ts'
import { DEGRADED } from './degraded.ts'
import { PROGRESSING } from './progressing.ts'
import type { ConditionKind, Reason } from './reason.ts'

/** What is worth a word, and serves all the same. */
const TOLERATED: readonly string[] = ['Adopting', 'ReleaseDiffers', 'CertificateExpiring']

/** Those of another condition with which a Mcrouter is not Ready. */
function standingInTheWay(type: string, { reasons }: ConditionKind, status: Reason['status']) {
  return Object.entries(reasons)
    .filter(([name, reason]) => reason.status === status && !TOLERATED.includes(name))
    .map(([name]): [string, Reason] => [
      name,
      { status: 'False', meaning: `${type} is ${status} for this reason.`, action: `See ${type}.` },
    ])
}

/** The first that is in the way says why: so in this order. */
const REASONS: Readonly<Record<string, Reason>> = {
  Serving: { status: 'True', meaning: 'All is as the spec wants it.', action: '' },
  Paused: {
    status: 'False',
    meaning: 'The operator leaves everything as it is, so that the spec need not be what runs.',
    action: 'See Progressing.',
  },
  ...Object.fromEntries([
    ...standingInTheWay('ConfigApplied', CONFIG_APPLIED, 'False'),
    ...standingInTheWay('Available', AVAILABLE, 'False'),
    ...standingInTheWay('Progressing', PROGRESSING, 'True'),
    ...standingInTheWay('Degraded', DEGRADED, 'True'),
    ...standingInTheWay('Accepted', ACCEPTED, 'False'),
  ]),
}

export const READY = {
  meaning: (field) =>
    `The spec of status.observedGeneration is accepted, nothing is being changed for it, every router runs its configuration, and neither Available nor Degraded complains. Of several reasons why not, the one that explains most is given, under the name that its own condition has for it. Pods of the Ansible operator that keep running (Adopting) are no reason, nor is a ${field('routers.release')} that does not fit (ReleaseDiffers), nor a certificate that is to be renewed (CertificateExpiring).`,
  reasons: REASONS,
} as const satisfies ConditionKind
