import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { issueAuthority, issueServing, type KeyPair } from '../../certs/authority.ts'
import { chainTo, parseCertificates, splitCertificates } from '../../certs/chain.ts'
import { AUTHORITY_LIFE, SERVING_LIFE } from '../../certs/life.ts'
import { LOCAL_NAMES } from '../../certs/names.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const parsed = ({ certificate }: KeyPair) => new X509Certificate(certificate)

const authority = await issueAuthority(NOW)
const ca = parsed(authority)
const stranger = parsed(await issueAuthority(NOW))
const pair = await issueServing(authority, LOCAL_NAMES, NOW)
const leaf = parsed(pair)

t.test('finds the CA that signed', async (t) => {
  t.strictSame(chainTo([stranger, ca], leaf, [], NOW), [leaf, ca])
  t.equal(chainTo([stranger], leaf, [], NOW), undefined)
  t.equal(chainTo([], leaf, [], NOW), undefined)
})

t.test('a certificate vouches for nothing when it is no CA, even for itself', async (t) => {
  t.equal(chainTo([leaf], leaf, [], NOW), undefined)
})

t.test('goes through intermediates, which are not trusted by themselves', async (t) => {
  t.strictSame(chainTo([ca], leaf, [stranger, ca], NOW), [leaf, ca])
  t.equal(chainTo([stranger], leaf, [ca], NOW), undefined)
})

t.test('a chain that leads nowhere, or in a circle, ends', async (t) => {
  t.equal(chainTo([stranger], leaf, [ca, ca, ca], NOW), undefined)
})

t.test('every certificate has to be in date', async (t) => {
  t.ok(chainTo([ca], leaf, [], NOW + SERVING_LIFE))
  t.equal(chainTo([ca], leaf, [], NOW + SERVING_LIFE + 1), undefined)
  const late = NOW + AUTHORITY_LIFE
  const young = parsed(await issueServing(authority, LOCAL_NAMES, late))
  t.ok(chainTo([ca], young, [], late))
  t.equal(chainTo([ca], young, [], late + 1000), undefined)
})

t.test('PEM', async (t) => {
  const text = `# a comment\n${pair.certificate}\r\n${authority.certificate.replaceAll('\n', '\r\n')}`
  t.equal(splitCertificates(text).length, 2)
  t.strictSame(parseCertificates(text).map(String), [String(leaf), String(ca)])
  t.strictSame(parseCertificates('no PEM at all'), [])
  t.strictSame(parseCertificates(pair.key), [], 'a key is no certificate')
  t.throws(() => parseCertificates(pair.certificate.replace('\nMII', '\nXXX')))
})
