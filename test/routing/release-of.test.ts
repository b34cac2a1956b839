import t from 'tap'
import { mismatch, releaseOf } from '../../routing/release-of.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'

t.test('a router tells its release', async (t) => {
  t.equal(releaseOf('2026.08.17.00 mcrouter'), 'current', 'as v2026.08.17 answers')
  t.equal(releaseOf('VERSION 2026.08.17.00 mcrouter'), 'current', 'and to the command version')
  t.equal(releaseOf('2021.10.18.00 mcrouter'), 'current')
  for (const [version, release] of [
    ['36.0.0 mcrouter', '37'],
    ['37.0.0 mcrouter', '37'],
    ['mcrouter 37.0', '37'],
    ['40.0.0 mcrouter', '40'],
    ['0.40.0 mcrouter', '40'],
    ['41.0.0 mcrouter', '41'],
  ] as const) {
    t.equal(releaseOf(version), release, version)
  }
})

t.test('what tells none is not guessed', async (t) => {
  for (const version of ['', 'mcrouter', '1', 'ERROR: unknown command', '0.0.0', '99999.1']) {
    t.equal(releaseOf(version), undefined, version)
  }
})

t.test('another release than that of the spec is said where it matters, with what to set', async (t) => {
  const today = '2026.08.17.00 mcrouter'
  const { fieldPath } = V1ALPHA3
  t.equal(
    mismatch('37', today, fieldPath),
    'is mcrouter 2026.08.17.00, and mcrouter_release is "37": gat and gats miss where get hits, and fail while a server is dead; set mcrouter_release to "current"',
  )
  t.match(
    mismatch('current', '37.0.0 mcrouter', fieldPath),
    /it refuses the configuration; set mcrouter_release to "37"/,
  )
  t.match(mismatch('41', '37.0.0 mcrouter', fieldPath), /it refuses/)
  for (const same of ['40', '41', 'current'] as const) t.equal(mismatch(same, today, fieldPath), undefined)
  t.equal(mismatch('37', '37.0.0 mcrouter', fieldPath), undefined)
  t.equal(mismatch('37', 'who knows', fieldPath), undefined)
})
