import { X509Certificate } from 'node:crypto'
import type { EpochMs } from '../process/clock.ts'
import { inDate, type Life } from './life.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** A chain of a public CA has four; more is a loop or an attack. */
const LONGEST_CHAIN = 8

/** The certificates in a PEM text, in its order, each a PEM text of its own; whatever stands between them is left out. */
export function splitCertificates(pem: string): readonly string[] {
  return pem.match(BLOCK) ?? []
}

/** The same, parsed. Throws when one of them does not parse. */
export function parseCertificates(pem: string): X509Certificate[] {
  return splitCertificates(pem).map((block) => new X509Certificate(block))
}

/** Those of them that parse. */
export function readableCertificates(pem: string): X509Certificate[] {
  return splitCertificates(pem).flatMap((block) => {
    try {
      return [new X509Certificate(block)]
    } catch {
      return []
    }
  })
}

export function lifeOf(certificate: X509Certificate): Life {
  return { notBefore: certificate.validFromDate.getTime(), notAfter: certificate.validToDate.getTime() }
}

/**
 * The chain from `leaf` to a certificate of `anchors`, both included, through `intermediates` where needed; undefined
 * when there is none whose every member is in date at `now`. Any anchor ends it, self-signed or not, as in Go's
 * crypto/x509, which the API server uses.
 */
export function chainTo(
  anchors: readonly X509Certificate[],
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  now: EpochMs,
): readonly X509Certificate[] | undefined {
  const chain = [leaf]
  let last = leaf
  while (chain.length < LONGEST_CHAIN && inDate(lifeOf(last), now)) {
    const anchor = anchors.find((candidate) => signed(candidate, last) && inDate(lifeOf(candidate), now))
    if (anchor) return [...chain, anchor]
    const next = intermediates.find((candidate) => !chain.includes(candidate) && signed(candidate, last))
    if (!next) return undefined
    chain.push(next)
    last = next
  }
  return undefined
}

/** Whether the CA `issuer` signed `certificate`; says nothing about dates. A key that OpenSSL cannot read verifies nothing. */
export function signed(issuer: X509Certificate, certificate: X509Certificate): boolean {
  if (!issuer.ca || !certificate.checkIssued(issuer)) return false
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}
