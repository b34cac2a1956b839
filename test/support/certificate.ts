import 'reflect-metadata'
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { ServingNames } from '../../certs/names.ts'

/** That of the operator's own certificates, too. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const HOUR_MS = 3_600_000

/** What a Secret of type kubernetes.io/tls holds, PEM. */
export type SecretFiles = Readonly<Record<'tls.crt' | 'tls.key' | 'ca.crt', string>>

interface Asked {
  readonly name?: string
  /** Beside the name. */
  readonly names?: ServingNames
  /** Milliseconds since 1970. */
  readonly notBefore?: number
  readonly notAfter?: number
  /** For one side of TLS alone; both by default. */
  readonly usage?: 'server'
}

/** A CA as a user has one, for both sides of TLS. */
export class TestAuthority {
  readonly #key: webcrypto.CryptoKey
  readonly #name: string
  readonly #certificate: string

  private constructor(key: webcrypto.CryptoKey, name: string, certificate: string) {
    this.#key = key
    this.#name = name
    this.#certificate = certificate
  }

  static async create(): Promise<TestAuthority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
    const name = `CN=CA ${randomBytes(4).toString('hex')}`
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name,
      serialNumber: randomBytes(8).toString('hex'),
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + 10_000 * HOUR_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new BasicConstraintsExtension(true, 0, true)],
    })
    return new TestAuthority(keys.privateKey, name, certificate.toString('pem'))
  }

  /** One that is there, as the CA of an operator that issues its own certificates; both PEM. */
  static of(certificate: string, key: string): TestAuthority {
    const { subject } = new X509Certificate(certificate)
    const signing = createPrivateKey(key).toCryptoKey(ALGORITHM, false, ['sign'])
    return new TestAuthority(signing, subject, certificate)
  }

  async issue({
    name = 'cache.shop.svc',
    names,
    notBefore,
    notAfter,
    usage,
  }: Asked = {}): Promise<SecretFiles> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: this.#name,
      serialNumber: `40${randomBytes(8).toString('hex')}`,
      notBefore: new Date(notBefore ?? Date.now() - HOUR_MS),
      notAfter: new Date(notAfter ?? Date.now() + 2_000 * HOUR_MS),
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new ExtendedKeyUsageExtension([
          ExtendedKeyUsage.serverAuth,
          ...(usage === 'server' ? [] : [ExtendedKeyUsage.clientAuth]),
        ]),
        new SubjectAlternativeNameExtension([
          ...[name, ...(names?.dns ?? [])].map((value) => ({ type: 'dns' as const, value })),
          ...(names?.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
        ]),
      ],
    })
    const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    const key = `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
    return { 'tls.crt': certificate.toString('pem'), 'tls.key': key, 'ca.crt': this.#certificate }
  }
}

/** As a pod has them mounted; the directory. */
export async function mounted(directory: string, files: Partial<SecretFiles>): Promise<string> {
  await mkdir(directory, { recursive: true })
  for (const [name, text] of Object.entries(files))
    await writeFile(join(directory, name), text, { mode: 0o644 })
  return directory
}
