import type { EpochMs } from '../process/clock.ts'
// tsyringe, inside @peculiar/x509, refuses to load without it.
import 'reflect-metadata'
import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { AUTHORITY_LIFE, lifeFrom, SERVING_LIFE } from './life.ts'
import { LOCAL_NAMES, type ServingNames } from './names.ts'
import type { ServingFiles } from './serving.ts'

/** A certificate and its private key (PKCS #8), both in PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const

/** A new CA that signs serving certificates and nothing below them. `now` in milliseconds since 1970, `life` in milliseconds. */
export async function issueAuthority(now: EpochMs, life = AUTHORITY_LIFE): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const { notBefore, notAfter } = lifeFrom(now, life)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // A name of its own: verifiers look an issuer up by name, and two CAs are trusted during a rotation.
    name: `CN=mcrouter-operator CA ${randomBytes(4).toString('hex')}`,
    serialNumber: serialNumber(),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingAlgorithm: SHA256,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: pemOf(keys.privateKey) }
}

/**
 * A new serving certificate, signed by `authority` and never outliving it. `now` in milliseconds since 1970.
 * Rejects when the authority's certificate or key is not what issueAuthority made.
 */
export async function issueServing(authority: KeyPair, names: ServingNames, now: EpochMs): Promise<KeyPair> {
  const issuer = new X509Certificate(authority.certificate)
  const signingKey = createPrivateKey(authority.key).toCryptoKey(P256, false, ['sign'])
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const { notBefore, notAfter } = lifeFrom(now, SERVING_LIFE)
  const certificate = await X509CertificateGenerator.create({
    // Fixed, because a common name holds 64 characters and a Service's full name more. Clients read the alternative names.
    subject: 'CN=mcrouter-operator server',
    issuer: issuer.subject,
    serialNumber: serialNumber(),
    notBefore: new Date(Math.max(notBefore, issuer.validFromDate.getTime())),
    notAfter: new Date(Math.min(notAfter, issuer.validToDate.getTime())),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SHA256,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.ip.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(await publicKeyOf(issuer)),
    ],
  })
  return { certificate: certificate.toString('pem'), key: pemOf(keys.privateKey) }
}

/**
 * A certificate for this machine's own names that lives as long as the process: its CA signs nothing else, since the
 * key of the CA is forgotten here. `now` in milliseconds since 1970.
 */
export async function issueEphemeral(now: EpochMs): Promise<ServingFiles> {
  const authority = await issueAuthority(now)
  const leaf = await issueServing(authority, LOCAL_NAMES, now)
  return { ...leaf, bundle: authority.certificate }
}

/** 126 random bits, positive and never zero, as RFC 5280 §4.1.2.2 asks. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function publicKeyOf(certificate: X509Certificate): Promise<webcrypto.CryptoKey> {
  return certificate.publicKey.toCryptoKey(P256, true, ['verify'])
}
