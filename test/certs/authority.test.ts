import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { issueAuthority, issueServing } from '../../certs/authority.ts'
import { AUTHORITY_LIFE, CLOCK_ALLOWANCE, SERVING_LIFE } from '../../certs/life.ts'
import { servingNames } from '../../certs/names.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const NAMES = servingNames('op-server', 'sys', 'cluster.local')

t.test('a CA signs, lives for ten years and is like no other', async (t) => {
  const { certificate, key } = await issueAuthority(NOW)
  const ca = new X509Certificate(certificate)
  t.ok(ca.ca)
  t.ok(ca.verify(ca.publicKey))
  t.equal(ca.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  t.equal(ca.validFromDate.getTime(), NOW - CLOCK_ALLOWANCE)
  t.equal(ca.validToDate.getTime(), NOW + AUTHORITY_LIFE)
  t.match(key, /^-----BEGIN PRIVATE KEY-----/)

  const other = new X509Certificate((await issueAuthority(NOW)).certificate)
  t.not(other.serialNumber, ca.serialNumber)
  t.not(other.subject, ca.subject, 'verifiers look issuers up by name')
})

t.test('a serving certificate', async (t) => {
  const authority = await issueAuthority(NOW)
  const ca = new X509Certificate(authority.certificate)
  const pair = await issueServing(authority, NAMES, NOW)
  const leaf = new X509Certificate(pair.certificate)

  t.test('is signed by the CA and signs nothing', async (t) => {
    t.ok(leaf.checkIssued(ca))
    t.ok(leaf.verify(ca.publicKey))
    t.notOk(leaf.ca)
  })

  t.test('is for servers', async (t) => {
    t.strictSame(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'id-kp-serverAuth')
  })

  t.test('carries the names of the Service and of this machine', async (t) => {
    for (const name of [
      'op-server',
      'op-server.sys',
      'op-server.sys.svc',
      'op-server.sys.svc.cluster.local',
    ]) {
      t.ok(leaf.checkHost(name), name)
    }
    t.ok(leaf.checkHost('localhost'))
    t.ok(leaf.checkIP('127.0.0.1'))
    t.ok(leaf.checkIP('::1'))
    t.notOk(leaf.checkHost('op-server.other.svc'))
  })

  t.test('lives for 90 days, and is valid already for who is a day behind', async (t) => {
    t.equal(leaf.validFromDate.getTime(), NOW - CLOCK_ALLOWANCE)
    t.equal(leaf.validToDate.getTime(), NOW + SERVING_LIFE)
  })

  t.test('has a random serial number, positive and of at most 20 bytes', async (t) => {
    const other = new X509Certificate((await issueServing(authority, NAMES, NOW)).certificate)
    t.not(other.serialNumber, leaf.serialNumber)
    t.match(leaf.serialNumber, /^[4-7][0-9A-F]{31}$/)
  })
})

t.test('a serving certificate never outlives its CA', async (t) => {
  const authority = await issueAuthority(NOW)
  const late = NOW + AUTHORITY_LIFE - SERVING_LIFE / 2
  const leaf = new X509Certificate((await issueServing(authority, NAMES, late)).certificate)
  t.equal(leaf.validToDate.getTime(), NOW + AUTHORITY_LIFE)
})

t.test('names of the greatest length that Kubernetes allows fit', async (t) => {
  const names = servingNames('s'.repeat(63), 'n'.repeat(63), 'cluster.local')
  const leaf = new X509Certificate((await issueServing(await issueAuthority(NOW), names, NOW)).certificate)
  t.ok(leaf.checkHost(`${'s'.repeat(63)}.${'n'.repeat(63)}.svc`))
})

t.test('a server beside its Service is trusted at its own address, a name or an IP', async (t) => {
  const authority = await issueAuthority(NOW)
  const leafFor = async (host: string) => {
    const names = servingNames('op-server', 'sys', 'cluster.local', host)
    return new X509Certificate((await issueServing(authority, names, NOW)).certificate)
  }
  t.ok((await leafFor('dev.example.com')).checkHost('dev.example.com'))
  for (const ip of ['192.0.2.10', '2001:db8::1', '127.0.0.1']) t.ok((await leafFor(ip)).checkIP(ip), ip)
  t.strictSame(servingNames('op-server', 'sys', 'cluster.local', '127.0.0.1'), NAMES, 'no name twice')
})

t.test('what is no CA cannot sign', async (t) => {
  await t.rejects(issueServing({ certificate: '', key: '' }, NAMES, NOW))
})
