import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import t from 'tap'
import { chainTo, parseCertificates } from '../../certs/chain.ts'
import { issueForPools } from '../../certs/pools.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { DAY, HOUR } from './installation.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const NAMES = { dns: ['*.cache-memcached.shop.svc.cluster.local'], ip: [] }

const base64 = (pem: string) => Buffer.from(pem).toString('base64')
const text = (data: JsonObject, key: string) => Buffer.from(String(data[key]), 'base64').toString()

function parsed(data: JsonObject) {
  const [leaf] = parseCertificates(text(data, 'tls.crt'))
  assert(leaf)
  return { leaf, bundle: parseCertificates(text(data, 'ca.crt')) }
}

t.test('a Secret that is not there is made, and then left as it is', async (t) => {
  const { data, actions } = await issueForPools(undefined, NAMES, NOW)
  t.match(actions, [/^issued a CA/, /^issued a serving certificate/])
  t.same(Object.keys(data).toSorted(), ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'])
  const { leaf, bundle } = parsed(data)
  t.equal(leaf.checkHost('cache-memcached-7.cache-memcached.shop.svc.cluster.local') !== undefined, true)
  t.ok(leaf.checkPrivateKey(createPrivateKey(text(data, 'tls.key'))))
  t.equal(bundle.length, 1)
  t.notOk(
    bundle[0]?.checkPrivateKey(createPrivateKey(text(data, 'tls.key'))),
    'servers have no key that signs',
  )
  const again = await issueForPools(data, NAMES, NOW + 59 * DAY)
  t.same(again, { data, actions: [], notAfter: leaf.validToDate.getTime() })
})

t.test('no two Mcrouters trust each other', async (t) => {
  const [one, other] = [
    await issueForPools(undefined, NAMES, NOW),
    await issueForPools(undefined, NAMES, NOW),
  ].map(({ data }) => parsed(data))
  assert(one && other)
  t.ok(chainTo(one.bundle, one.leaf, [], NOW))
  t.notOk(chainTo(one.bundle, other.leaf, [], NOW))
})

t.test('new names are in a new certificate at once, of the same CA', async (t) => {
  const { data } = await issueForPools(undefined, NAMES, NOW)
  const dns = [...NAMES.dns, '*.cache-memcached-users.shop.svc.cluster.local']
  const after = await issueForPools(data, { dns, ip: [] }, NOW + HOUR)
  t.match(after.actions, ['issued a serving certificate, because the names of the server have changed'])
  t.equal(after.data['ca.crt'], data['ca.crt'])
  t.ok(
    parsed(after.data).leaf.checkHost('cache-memcached-users-0.cache-memcached-users.shop.svc.cluster.local'),
  )
})

t.test('what somebody has broken is made anew, beside the CA that is trusted', async (t) => {
  const { data } = await issueForPools(undefined, NAMES, NOW)
  const { 'ca.key': _, ...withoutKey } = data
  const after = await issueForPools(withoutKey, NAMES, NOW + HOUR)
  t.match(after.actions, [/^issued a CA/])
  t.equal(after.data['tls.crt'], data['tls.crt'], 'the new CA signs once routers know it')
  t.equal(parsed(after.data).bundle.length, 2)
  const broken = await issueForPools({ ...data, 'tls.key': data['ca.key'] ?? '' }, NAMES, NOW + HOUR)
  t.match(broken.actions, [/^issued a serving certificate/])
  t.equal(broken.data['ca.crt'], data['ca.crt'])
})

t.test('where no server has what a router trusts, it is made anew at once', async (t) => {
  const { data } = await issueForPools(undefined, NAMES, NOW)
  const pem = text(data, 'ca.crt')
  const garbage = base64(`${text(data, 'tls.crt')}${pem.replace('MII', 'AII')}`)
  for (const broken of [
    { 'ca.crt': base64(pem) },
    { ...data, 'ca.key': '', 'tls.crt': '' },
    { ...data, 'ca.crt': base64(strange(pem)) },
    { ...data, 'tls.crt': garbage },
  ]) {
    const after = await issueForPools(broken, NAMES, NOW + HOUR)
    const { leaf, bundle } = parsed(after.data)
    t.ok(chainTo(bundle, leaf, [], NOW + HOUR))
    t.ok(leaf.checkPrivateKey(createPrivateKey(text(after.data, 'tls.key'))))
    t.equal(after.notAfter, leaf.validToDate.getTime())
  }
  const late = await issueForPools(data, NAMES, NOW + 364 * DAY)
  t.match(late.actions, [/^issued a CA/, /^issued a serving certificate/])
  t.ok(chainTo(parsed(late.data).bundle, parsed(late.data).leaf, [], NOW + 364 * DAY))
})

/** The same certificate with a key of a kind that nobody knows. */
function strange(pem: string): string {
  const [certificate] = parseCertificates(pem)
  assert(certificate)
  const kind = Buffer.from('06072a8648ce3d0201', 'hex')
  const { raw } = certificate
  raw.writeUInt8(0x7f, raw.indexOf(kind) + kind.length - 1)
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`
}

t.test('for two years every router verifies every server, whichever of them is behind', async (t) => {
  // Routers read within a day, servers within as long.
  const BEHIND = 23 * HOUR
  let data: JsonObject | undefined
  const history: { readonly at: number; readonly data: JsonObject }[] = []
  const actions: string[] = []
  for (let now = NOW; now < NOW + 2 * 365 * DAY; now += DAY) {
    const next = await issueForPools(data, NAMES, now)
    actions.push(...next.actions)
    data = next.data
    if (next.actions.length > 0) history.push({ at: now, data })
    const last = history.findLast(({ at }) => at <= now - BEHIND) ?? history[0]
    const recent = history.filter(({ at }) => at >= (last?.at ?? 0)).map((one) => parsed(one.data))
    for (const { bundle } of recent)
      for (const { leaf } of recent) if (!chainTo(bundle, leaf, [], now)) t.fail(new Date(now).toISOString())
  }
  const count = (what: string) => actions.filter((action) => action.startsWith(what)).length
  t.equal(count('issued a CA'), 4, 'each for eight months')
  t.equal(count('dropped the CA'), 2)
  t.ok(count('issued a serving certificate') >= 12)
})
