import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ch3 } from '../../../routing/hash/ch3.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Layout } from '../../../schemas/layout.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { lostBetweenLayouts } from '../../../schemas/validation/lost-share.ts'
import { effort } from '../../../testing/effort.ts'
import { objectOf } from './judged.ts'
import { BOTH } from './version.ts'

const CONSENT = 'mcrouter.example.com/consent'

/** What is said of a change of the main pool. */
function changed(before: object, now: object, consent?: string): string[] {
  const annotations = consent === undefined ? undefined : { [CONSENT]: consent }
  const stored = objectOf({ memcached: before })
  const judgement = judge(objectOf({ memcached: now }, { annotations }), { versions: BOTH, stored })
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}

const servers = (...names: string[]) => ({ external: names.map((host) => ({ host })) })

t.test('what moves no key beyond the end of a pool needs none', async (t) => {
  for (const [before, now] of [
    [{ shards: 3 }, { shards: 5 }],
    [{ shards: 5 }, { shards: 1 }],
    [
      { shards: 3, copies: 2 },
      { shards: 4, copies: 2 },
    ],
    [
      { shards: 1, copies: 2 },
      { shards: 1, copies: 5 },
    ],
    [{ memory: '1Gi' }, { memory: '2Gi', threads: 8 }],
    [servers('c1.x', 'c2.x'), servers('c1.x', 'c2.x', 'c3.x')],
    [servers('c1.x', 'c2.x'), servers('c1.x')],
  ] as const)
    t.same(changed(before, now), [])
})

t.test('nor does what leaves every key on the server that is asked first', async (t) => {
  for (const [before, now] of [
    [
      { shards: 3, copies: 1 },
      { shards: 1, copies: 3 },
    ],
    [
      { shards: 1, copies: 3 },
      { shards: 3, copies: 1 },
    ],
    [
      servers('A.x', 'c2.x.', '::1', '10.8.0.4'),
      servers('a.x', 'C2.X', '0:0:0:0:0:0:0:1', '::ffff:10.8.0.4'),
    ],
  ] as const)
    t.same(changed(before, now), [])
})

t.test('a change of copies with shards says what it costs, and which words consent to it', async (t) => {
  const [before, now] = [
    { shards: 4, copies: 2 },
    { shards: 4, copies: 3 },
  ]
  t.match(changed(before, now), [
    /^spec\.memcached\.copies: Forbidden: 3\/4 \(75 %\) of the keys would be looked for first on a server that does not have them; .*: mcrouter\.example\.com\/consent: "main: 4 shards x 2 copies to 4 shards x 3 copies"$/,
  ])
  t.same(changed(before, now, 'main: 4 shards x 2 copies to 4 shards x 3 copies'), [])
  t.match(changed(before, now, 'main: 4 shards x 2 copies to 4 shards x 4 copies'), [/, which is "main: /])
  t.match(changed(before, now, 'true'), [/, which is "true": /])
})

t.test('the way back to what routers still use needs none: the change before it was held', async (t) => {
  const main = { name: 'main', routedServers: 6, copies: 2 }
  const asked = (pools: unknown, memcached: object) => {
    const before = objectOf({ memcached: { shards: 1, copies: 2, replicas: 1, replicasOf: 'Shards' } })
    const judgement = judge(objectOf({ memcached }), {
      versions: BOTH,
      stored: { ...before, status: { pools } },
    })
    return !judgement.accepted
  }
  const wanted = { shards: 3, copies: 2 }
  t.notOk(asked([main], wanted))
  t.ok(asked([main], { shards: 2, copies: 2 }))
  t.ok(asked([main], { shards: 2, copies: 3 }), 'as many servers, laid out otherwise')
  const external = ['a.example.com:11211']
  for (const pools of [[], [{ ...main, name: 'users' }], [{ ...main, copies: 1 }], [{ ...main, external }]])
    t.ok(asked(pools, wanted))
  for (const pools of [undefined, 'all', [null, 7, { name: 'main' }], { main }]) t.ok(asked(pools, wanted))
})

t.test('a consent to a change of another pool, which may not be done yet, stays beside it', async (t) => {
  const pool = (copies: number) => ({ shards: 2, copies })
  const spec = (main: number, users: number) => ({
    memcached: pool(main),
    pools: [{ name: 'users', ...pool(users) }],
  })
  const ofMain = 'main: 2 shards x 2 copies to 2 shards x 3 copies'
  const ofUsers = 'users: 2 shards x 2 copies to 2 shards x 3 copies'
  const said = (consent: string) => {
    const stored = objectOf(spec(3, 2))
    const judgement = judge(objectOf(spec(3, 3), { annotations: { [CONSENT]: consent } }), {
      versions: BOTH,
      stored,
    })
    return judgement.accepted ? [] : judgement.violations.map(({ message }) => message)
  }
  t.match(said(ofMain), [new RegExp(`consent: "${ofMain}; ${ofUsers}"$`)])
  t.match(said('main: 2 shards x 3 copies to 2 shards x 4 copies'), [new RegExp(`consent: "${ofUsers}"$`)])
  t.same(said(`${ofMain}; ${ofUsers}`), [])
  t.same(said(ofUsers), [])
})

t.test('so does a step from copies alone to shards with copies, which are chosen with a salt', async (t) => {
  t.match(changed({ shards: 1, copies: 3 }, { shards: 3, copies: 3 }), [
    /: Forbidden: 2\/3 \(66\.67 %\) of the keys/,
  ])
  t.match(changed({ shards: 4, copies: 1 }, { shards: 4, copies: 3 }), [
    /: Forbidden: 11\/12 .*"main: 4 shards x 1 copies to 4 shards x 3 copies"$/,
  ])
})

t.test('so does another order of external servers, or another one in the middle', async (t) => {
  t.match(changed(servers('c1.x', 'c2.x', 'c3.x'), servers('c1.x', 'c3.x', 'c2.x')), [
    /^spec\.memcached\.external: Forbidden: 2\/3 \(66\.67 %\) of the keys .* \(external\[1\] is c3\.x:11211 and was c2\.x:11211\); .*"main: 3 external servers [0-9a-f]{8} to 3 external servers [0-9a-f]{8}"$/,
  ])
  t.match(changed(servers('c1.x', 'c2.x'), servers('c1.x', 'c9.x')), [/: Forbidden: 1\/2 \(50 %\)/])
})

t.test('consent to one list of external servers is to no other list, and from no other', async (t) => {
  const list = (...hosts: string[]) => servers('c1.x', ...hosts)
  const [refusal = ''] = changed(list('c2.x', 'c3.x'), list('c9.x', 'c3.x'))
  const consent = /consent: "(.*)"$/.exec(refusal)?.[1]
  t.same(changed(list('c2.x', 'c3.x'), list('c9.x', 'c3.x'), consent), [])
  t.same(changed(list('C2.x.', 'c3.x'), list('c9.x', 'C3.x'), consent), [], 'in other words')
  // The first difference is the same in all of these.
  for (const [before, now] of [
    [list('c2.x', 'c3.x'), list('c9.x', 'c4.x')],
    [list('c2.x', 'c3.x'), list('c9.x')],
    [list('c2.x', 'c3.x'), list('c9.x', 'c3.x', 'c4.x')],
    [list('c2.x', 'c4.x'), list('c9.x', 'c3.x')],
  ] as const)
    t.match(changed(before, now, consent), [/, which is "main: 3 external servers /])
})

t.test('a pool that is made for a gutter is spoken of as that gutter', async (t) => {
  const stored = objectOf({
    memcached: { gutter: { pool: 'gutter' } },
    pools: [{ name: 'gutter', shards: 3, copies: 1 }],
  })
  const external = {
    ...stored,
    spec: { ...Object(stored.spec), pools: [{ name: 'gutter', ...servers('c1.x') }] },
  }
  const judged = (before: JsonObject) =>
    judge(objectOf({ memcached: { gutter: {} } }), { versions: BOTH, stored: before })
  t.equal(judged(stored).accepted, true, 'a shrink')
  t.match(judged(external), {
    violations: [{ path: 'spec.memcached.gutter', message: /"gutter: 1 external servers / }],
  })
})

t.test('own servers in place of others’, or the other way round, lose all keys', async (t) => {
  const own = { shards: 1 }
  for (const [before, now, words] of [
    [servers('c1.x'), own, /"main: 1 external servers [0-9a-f]{8} to 1 shards x 1 copies"$/],
    [own, servers('c1.x'), /"main: 1 shards x 1 copies to 1 external servers [0-9a-f]{8}"$/],
  ] as const) {
    const [refusal = '', ...others] = changed(before, now)
    t.same(others, [])
    t.match(
      refusal,
      /^spec\.memcached\.external: Forbidden: 100 % of the keys would be looked for first on a server/,
    )
    t.match(refusal, words)
    t.same(changed(before, now, /consent: "(.*)"$/.exec(refusal)?.[1]), [])
  }
})

t.test('a new object, and one of v1alpha3, are never asked', async (t) => {
  t.ok(judge(objectOf({ memcached: { shards: 4, copies: 3 } }), { versions: BOTH }).accepted)
  const stored = { ...objectOf({ pool_setup: 'sharded' }), apiVersion: 'mcrouter.example.com/v1alpha3' }
  const now = { ...stored, spec: { pool_setup: 'replicated' } }
  t.ok(judge(now, { versions: BOTH, stored }).accepted)
})

t.test('the share that is lost is that of the keys themselves', async () => {
  const layout = fc.record({ shards: fc.integer({ min: 1, max: 6 }), copies: fc.integer({ min: 1, max: 4 }) })
  const KEYS = 4000
  fc.assert(
    fc.property(layout, layout, (before, now) => {
      const { numerator, denominator } = lostBetweenLayouts(before, now)
      const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}`)
      const lost = keys.filter((key) => !holders(key, before).includes(home(key, now)))
      // Four standard deviations of so many keys are 0.032.
      assert.ok(Math.abs(lost.length / KEYS - numerator / denominator) < 0.04)
    }),
    effort(15),
  )
})

/** The servers that have the key. */
function holders(key: string, { shards, copies }: Layout): number[] {
  const first = ch3(Buffer.from(key), shards) * copies
  return Array.from({ length: copies }, (_, copy) => first + copy)
}

/** The one of them that a get asks first: the copy is chosen with a salt where there are several shards. */
function home(key: string, { shards, copies }: Layout): number {
  const salted = Buffer.from(shards > 1 ? `${key}v2` : key)
  return ch3(Buffer.from(key), shards) * copies + ch3(salted, copies)
}
