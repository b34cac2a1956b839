import type { X509Certificate } from 'node:crypto'
import { readableCertificates } from './chain.ts'
import type { Pki } from './pki.ts'

/** Enough to find who put them there. */
const NAMED = 3
/** The subject is somebody else's text. */
const SUBJECT_LENGTH = 120

/** The CAs that are trusted somewhere although no Secret of the operator holds them. */
export function foreignIn(bundles: readonly string[], { authority, retired }: Pki): X509Certificate[] {
  const known = [...(authority ? [authority.certificate] : []), ...retired]
  const own = new Set(known.map(({ fingerprint256 }) => fingerprint256))
  const found = bundles.flatMap(readableCertificates)
  const distinct = new Map(found.map((certificate) => [certificate.fingerprint256, certificate]))
  return [...distinct.values()].filter(({ fingerprint256 }) => !own.has(fingerprint256))
}

/** For a log. */
export function namesOf(certificates: readonly X509Certificate[]): string {
  const named = certificates.slice(0, NAMED).map(({ subject = 'without a subject', fingerprint256 }) => {
    const line = subject.replaceAll('\n', ', ').slice(0, SUBJECT_LENGTH)
    return `${line} (SHA-256 ${fingerprint256})`
  })
  const others = certificates.length - named.length
  return named.join('; ') + (others > 0 ? `; and ${others} more` : '')
}
