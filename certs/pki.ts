import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyPair } from './authority.ts'
import { lifeOf, readableCertificates, signed } from './chain.ts'
import type { ServingNames } from './names.ts'
import type { Leaf, PkiState } from './policy.ts'
import type { SecretContent } from './store.ts'

/** Every certificate that the operator's own Secrets hold, in its role. */
export interface Pki {
  /** The CA that signs. */
  readonly authority?: Issued
  /** The CAs before it that something may still need, newest first. */
  readonly retired: readonly X509Certificate[]
  /** What the serving Secret holds, usable or not. */
  readonly serving: SecretContent
}

/** The same once there is a CA that signs. */
export type TrustedPki = Pki & { readonly authority: Issued }

export interface Issued {
  readonly pair: KeyPair
  readonly certificate: X509Certificate
}

/**
 * Each of the two Secrets records every CA that may still be needed, so that none is lost when one of them was emptied, or
 * when the process was killed between two writes. A caBundle is no record: whoever may edit a webhook configuration could
 * have a CA of theirs copied everywhere. What does not parse is as good as absent.
 */
export function readPki(authority: SecretContent, serving: SecretContent): Pki {
  const issued = authorityOf(authority)
  const known = [authority.certificate, authority.bundle, serving.bundle].flatMap(readableCertificates)
  const others = known.filter(
    (certificate) => certificate.fingerprint256 !== issued?.certificate.fingerprint256,
  )
  return { ...(issued && { authority: issued }), retired: newestFirst(others), serving }
}

/** The same with another CA that signs. */
export function withAuthority(pki: Pki, pair: KeyPair): TrustedPki {
  const before = pki.authority ? [pki.authority.certificate] : []
  return {
    authority: { pair, certificate: new X509Certificate(pair.certificate) },
    retired: newestFirst([...before, ...pki.retired]),
    serving: pki.serving,
  }
}

/** The trusted CAs in PEM, the one that signs first. Equal sets give equal text. */
export function bundleOf({ authority, retired }: Pki): string {
  return [...(authority ? [authority.certificate] : []), ...retired].map(String).join('')
}

/** Equal for equal bundles with equal serving certificates. */
export function fingerprintOf(pki: Pki): string {
  return bundleOf(pki) + pki.serving.certificate
}

/** When the certificates end, in milliseconds since 1970. */
export function notAfterOf({ authority, serving }: TrustedPki): { authority: number; serving?: number } {
  const leaf = usable(serving)?.certificate
  return {
    authority: lifeOf(authority.certificate).notAfter,
    ...(leaf && { serving: lifeOf(leaf).notAfter }),
  }
}

/** What the policy needs to know. */
export function stateOf(pki: Pki, names: ServingNames, stableMs: number): PkiState {
  const { authority, retired } = pki
  const leaf = leafOf(pki, names)
  return {
    ...(authority && { authority: lifeOf(authority.certificate) }),
    ...(leaf && { leaf }),
    retired: retired.length > 0,
    stableMs,
  }
}

function leafOf({ authority, retired, serving }: Pki, names: ServingNames): Leaf | undefined {
  const leaf = usable(serving)?.certificate
  if (!leaf) return undefined
  const byAuthority = authority !== undefined && signed(authority.certificate, leaf)
  if (!byAuthority && !retired.some((issuer) => signed(issuer, leaf))) return undefined
  return {
    ...lifeOf(leaf),
    signedBy: byAuthority ? 'authority' : 'retired',
    named: names.dns.every((name) => leaf.checkHost(name)) && names.ip.every((ip) => leaf.checkIP(ip)),
  }
}

/** Only what issueServing can sign with: somebody may have put a certificate of theirs there. */
function authorityOf(content: SecretContent): Issued | undefined {
  const issued = usable(content)
  const { ca, publicKey } = issued?.certificate ?? {}
  return ca && publicKey?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? issued : undefined
}

/** A certificate with the key that belongs to it. */
function usable({ certificate: pem, key }: SecretContent): Issued | undefined {
  const [certificate] = readableCertificates(pem)
  if (!certificate) return undefined
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return undefined
  } catch {
    return undefined
  }
  return { pair: { certificate: pem, key }, certificate }
}

function newestFirst(certificates: readonly X509Certificate[]): X509Certificate[] {
  const distinct = new Map(certificates.map((certificate) => [certificate.fingerprint256, certificate]))
  return [...distinct.values()].sort(
    (a, b) =>
      lifeOf(b).notBefore - lifeOf(a).notBefore || a.fingerprint256.localeCompare(b.fingerprint256, 'en'),
  )
}
