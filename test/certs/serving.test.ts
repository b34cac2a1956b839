import t from 'tap'
import { issueAuthority, issueEphemeral, issueServing } from '../../certs/authority.ts'
import { SERVING_LIFE } from '../../certs/life.ts'
import { LOCAL_NAMES } from '../../certs/names.ts'
import { distrust, parseBundle, parseServing } from '../../certs/serving.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

const authority = await issueAuthority(NOW)
const leaf = await issueServing(authority, LOCAL_NAMES, NOW)
const files = { ...leaf, bundle: authority.certificate }

t.test('files that belong together', async (t) => {
  const serving = parseServing(files)
  t.equal(distrust(serving, parseBundle(files.bundle), NOW), undefined)
})

t.test('a fault names its file and what to do', async (t) => {
  const other = await issueServing(authority, LOCAL_NAMES, NOW)
  t.throws(
    () => parseServing({ ...files, key: other.key }),
    /^tls.key is not the key of .*; replace both together/,
  )
  t.throws(() => parseServing({ ...files, key: 'x' }), /tls.key is not a private key in PEM/)
  t.throws(() => parseServing({ ...files, certificate: '' }), /tls.crt holds no certificate; put/)
  const broken = files.certificate.replace('\nMII', '\nXXX')
  t.throws(
    () => parseServing({ ...files, certificate: broken }),
    /tls.crt holds a certificate that does not parse/,
  )
  t.throws(() => parseBundle('x'), /ca.crt holds no certificate; put/)
})

t.test('clients refuse what is out of date or unknown to them', async (t) => {
  const serving = parseServing(files)
  const bundle = parseBundle(files.bundle)
  t.match(distrust(serving, bundle, NOW + SERVING_LIFE + 1), /is valid from .* to .* only; renew it/)
  t.match(distrust(serving, bundle, NOW - SERVING_LIFE), /is valid from .* to .* only; renew it/)
  const stranger = await issueAuthority(NOW)
  t.match(distrust(serving, parseBundle(stranger.certificate), NOW), /no CA in ca.crt vouches for/)
})

t.test('a certificate for this machine, made in memory', async (t) => {
  const ephemeral = await issueEphemeral(NOW)
  const serving = parseServing(ephemeral)
  t.equal(distrust(serving, parseBundle(ephemeral.bundle), NOW), undefined)
  t.ok(serving.leaf.checkHost('localhost'))
  t.ok(serving.leaf.checkIP('127.0.0.1'))
  t.not((await issueEphemeral(NOW)).bundle, ephemeral.bundle)
})
