import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ch3 } from '../../../routing/hash/ch3.ts'
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

t.test('a change of copies with shards says what it costs, and which words consent to it', async (t) => {
  const [before, now] = [
    { shards: 4, copies: 2 },
    { shards: 4, copies: 3 },
  ]
  t.match(changed(before, now), [
    /^spec\.memcached\.copies: Forbidden: 1\/2 \(50 %\) of the keys would be looked for on servers none of which has them; .*: mcrouter\.example\.com\/consent: "main: 4 shards x 2 copies to 4 shards x 3 copies"$/,
  ])
  t.same(changed(before, now, 'main: 4 shards x 2 copies to 4 shards x 3 copies'), [])
  t.match(changed(before, now, 'main: 4 shards x 2 copies to 4 shards x 4 copies'), [/, which is "main: /])
  t.match(changed(before, now, 'true'), [/, which is "true": /])
})

t.test('so does a step from copies alone to shards with copies, which are chosen with a salt', async (t) => {
  t.match(changed({ shards: 1, copies: 3 }, { shards: 3, copies: 3 }), [
    /: Forbidden: 2\/3 \(66\.67 %\) of the keys/,
  ])
  t.match(changed({ shards: 3, copies: 1 }, { shards: 1, copies: 3 }), [
    /"main: 3 shards x 1 copies to 1 shards x 3 copies"$/,
  ])
})

t.test('so does another order of external servers, or another one in the middle', async (t) => {
  t.match(changed(servers('c1.x', 'c2.x', 'c3.x'), servers('c1.x', 'c3.x', 'c2.x')), [
    /^spec\.memcached\.external: Forbidden: 2\/3 \(66\.67 %\) of the keys .*"main: external\[1\] c2\.x:11211 to c3\.x:11211"$/,
  ])
  t.match(changed(servers('c1.x', 'c2.x'), servers('c1.x', 'c9.x')), [/: Forbidden: 1\/2 \(50 %\)/])
  t.match(changed(servers('c1.x'), { shards: 2 }), [
    /: Forbidden: 100 % of the keys .*"main: 1 external servers to 2 servers of the operator"$/,
  ])
})

t.test('a new object, and one of v1alpha3, are never asked', async (t) => {
  t.ok(judge(objectOf({ memcached: { shards: 4, copies: 3 } }), { versions: BOTH }).accepted)
  const stored = { ...objectOf({ pool_setup: 'sharded' }), apiVersion: 'mcrouter.example.com/v1alpha3' }
  const now = { ...stored, spec: { pool_setup: 'replicated' } }
  t.ok(judge(now, { versions: BOTH, stored }).accepted)
})

t.test('the share that is lost is that of the keys themselves', async () => {
  const layout = fc.record({ shards: fc.integer({ min: 1, max: 6 }), copies: fc.integer({ min: 1, max: 4 }) })
  const serversOf = (key: string, { shards, copies }: { shards: number; copies: number }) => {
    const first = ch3(Buffer.from(key), shards) * copies
    return Array.from({ length: copies }, (_, copy) => first + copy)
  }
  const KEYS = 4000
  fc.assert(
    fc.property(layout, layout, (before, now) => {
      const { numerator, denominator } = lostBetweenLayouts(before, now)
      const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}`)
      const lost = keys.filter((key) => {
        const after = serversOf(key, now)
        return !serversOf(key, before).some((server) => after.includes(server))
      })
      // Four standard deviations of so many keys are 0.032.
      assert.ok(Math.abs(lost.length / KEYS - numerator / denominator) < 0.04)
    }),
    effort(15),
  )
})
