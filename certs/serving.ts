import { createPrivateKey, type X509Certificate } from 'node:crypto'
import type { EpochMs } from '../process/clock.ts'
import { chainTo, lifeOf, parseCertificates } from './chain.ts'
import { inDate } from './life.ts'

/** What a server needs: the files tls.crt, tls.key and ca.crt, all PEM, as in a Secret of type kubernetes.io/tls. */
export interface ServingFiles {
  /** Leaf first, then intermediates. */
  readonly certificate: string
  readonly key: string
  /** The CAs that the clients trust. */
  readonly bundle: string
}

/** Files that belong together: the key fits the leaf. Says nothing about trust or dates, which change with time. */
export interface ServingCertificate {
  readonly files: ServingFiles
  readonly leaf: X509Certificate
  readonly intermediates: readonly X509Certificate[]
}

/** Throws an Error that names the file at fault and what to do. */
export function parseServing(files: ServingFiles): ServingCertificate {
  const [leaf, ...intermediates] = parse('tls.crt', files.certificate)
  if (!leaf) throw new Error('tls.crt holds no certificate; put the serving certificate there, in PEM')
  const key = attempt('tls.key is not a private key in PEM', () => createPrivateKey(files.key))
  if (!leaf.checkPrivateKey(key)) {
    throw new Error('tls.key is not the key of the certificate in tls.crt; replace both together')
  }
  return { files, leaf, intermediates }
}

/** The CAs in ca.crt. Throws an Error that says what to do when there is none. */
export function parseBundle(pem: string): readonly X509Certificate[] {
  const bundle = parse('ca.crt', pem)
  if (bundle.length === 0) {
    throw new Error('ca.crt holds no certificate; put the CAs that clients trust there, in PEM')
  }
  return bundle
}

/** Why clients that trust `bundle` would refuse this certificate at `now`; undefined when they accept it. */
export function distrust(
  { leaf, intermediates }: ServingCertificate,
  bundle: readonly X509Certificate[],
  now: EpochMs,
): string | undefined {
  if (!inDate(lifeOf(leaf), now)) {
    return `the certificate in tls.crt is valid from ${leaf.validFrom} to ${leaf.validTo} only; renew it, or set the clock right`
  }
  if (!chainTo(bundle, leaf, intermediates, now)) {
    return `no CA in ca.crt vouches for the certificate in tls.crt, whose issuer is ${leaf.issuer}; clients would refuse it`
  }
  return undefined
}

function parse(file: string, pem: string): X509Certificate[] {
  return attempt(`${file} holds a certificate that does not parse`, () => parseCertificates(pem))
}

function attempt<T>(failure: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw new Error(failure, { cause })
  }
}
