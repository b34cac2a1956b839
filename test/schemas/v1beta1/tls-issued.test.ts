import assert from 'node:assert/strict'
import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { objectOf, said } from './judged.ts'
import { BOTH } from './version.ts'

const ISSUED = { issuer: 'Operator' }

function judged(spec: JsonObject, stored?: JsonObject) {
  const judgement = judge(objectOf(spec), {
    versions: BOTH,
    ...(stored !== undefined && { stored: objectOf(stored) }),
  })
  assert(judgement.accepted, JSON.stringify(judgement))
  return judgement
}

t.test('the operator issues the certificate of servers where it is asked to', async (t) => {
  const { mcrouter, warnings } = judged({ memcached: { tls: ISSUED, gutter: {} } })
  t.match(mcrouter.pools, [{ tls: ISSUED }, { name: 'gutter', tls: ISSUED }])
  t.same(warnings, [], 'routers verify them')
  t.match(said({ memcached: { tls: { issuer: 'operator' } } }), [
    /^spec\.memcached\.tls\.issuer: Unsupported value: "operator"/,
  ])
})

t.test('a certificate has one source', async (t) => {
  const one = /^spec\.memcached\.tls: Invalid value: must have secretName or issuer, and not both$/
  t.match(said({ memcached: { tls: {} } }), [one])
  t.match(said({ memcached: { tls: { ...ISSUED, secretName: 'a' } } }), [one])
  t.match(said({ pools: [{ name: 'users', tls: {} }] }), [/^spec\.pools\[0\]\.tls: /])
})

t.test('routers trust one CA', async (t) => {
  const memcached = { tls: ISSUED }
  const external = [{ host: '10.8.0.4' }, { host: '10.8.0.5', tls: true }]
  t.match(said({ memcached, router: { tls: { servers: { secretName: 'a' } } } }), [
    /^spec\.router\.tls\.servers: Invalid value: must be left out where memcached\.tls\.issuer is Operator/,
  ])
  t.match(said({ memcached, pools: [{ name: 'users', tls: { secretName: 'a' } }] }), [
    /^spec\.pools\[0\]\.tls\.secretName: Invalid value: must be left out where memcached\.tls\.issuer is Operator: .*; set issuer in each pool/,
  ])
  t.match(said({ memcached, pools: [{ name: 'old', external }] }), [
    /^spec\.pools\[0\]\.external\[1\]\.tls: Invalid value: must be false where/,
  ])
  t.same(said({ memcached, pools: [{ name: 'plain' }, { name: 'old', external: external.slice(0, 1) }] }), [])
  t.same(said({ memcached: { tls: ISSUED, external } }), [], 'of servers of others it is of no account')
})

t.test('another CA cuts routers off from servers until all have changed, as TLS does', async (t) => {
  const outage = /spec\.memcached\.tls changes: routers reach no server until it has restarted/
  const named = { memcached: { tls: { secretName: 'a' } } }
  const issued = { memcached: { tls: ISSUED } }
  for (const [now, before] of [
    [issued, {}],
    [issued, named],
    [named, issued],
  ] as const)
    t.match(judged(now, before).warnings.join('\n'), outage)
  t.notMatch(judged(issued, issued).warnings.join('\n'), outage)
})

t.test('v1alpha3 cannot say it, and keeps it', async (t) => {
  const object = { ...objectOf(judged({ memcached: { tls: ISSUED } }).spec) }
  const shown = convert(object, V1BETA1, V1ALPHA3)
  t.notMatch(JSON.stringify(shown.spec), /tls|issuer/)
  t.match(convert(shown, V1ALPHA3, V1BETA1).spec, { memcached: { tls: ISSUED } })
})
