import type { EpochMs } from '../process/clock.ts'
import type { ServingNames } from './names.ts'
import { type Pki, type TrustedPki, withAuthority } from './pki.ts'
import type { Decision } from './policy.ts'

/**
 * What is trusted once a decision about it is carried out; `actions` get a sentence where that changes something.
 *
 * @param life of a CA that is issued, in milliseconds; that of the operator's own by default
 */
export async function trustAfter(
  pki: Pki,
  decision: Decision,
  now: EpochMs,
  actions: string[],
  life?: number,
): Promise<TrustedPki> {
  const { authority } = pki
  if (!authority || decision.action === 'rotate') {
    actions.push(`issued a CA, because ${decision.action === 'rotate' ? decision.because : 'there is none'}`)
    const { issueAuthority } = await issuing()
    return withAuthority(pki, await issueAuthority(now, life))
  }
  if (decision.action !== 'drop-old') return { ...pki, authority }
  actions.push('dropped the CA before this one from the bundle, because all that it signed has expired')
  return { ...pki, authority, retired: [] }
}

/** The same of what is served. */
export async function servingAfter(
  pki: TrustedPki,
  decision: Decision,
  names: ServingNames,
  now: EpochMs,
  actions: string[],
): Promise<TrustedPki> {
  if (decision.action !== 'renew') return pki
  actions.push(`issued a serving certificate, because ${decision.because}`)
  const { issueServing } = await issuing()
  const pair = await issueServing(pki.authority.pair, names, now)
  return { ...pki, serving: { ...pki.serving, ...pair } }
}

/** Loaded by the few passes that issue something: the library for it takes 14 MiB. */
function issuing(): Promise<typeof import('./authority.ts')> {
  return import('./authority.ts')
}
