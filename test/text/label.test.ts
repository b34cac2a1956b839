import t from 'tap'
import { isClusterDomain } from '../../text/label.ts'

t.test('a cluster domain is labels of 63 characters at most, in 100 characters', async (t) => {
  for (const domain of ['cluster.local', 'local', 'k8s.example.org', `${'a'.repeat(63)}.b`, 'a'.repeat(63)]) {
    t.ok(isClusterDomain(domain), domain)
  }
  const labels = (length: number) => 'a.'.repeat(length / 2 - 1).concat('aa')
  t.ok(isClusterDomain(labels(100)))
  for (const domain of [
    '',
    'a..b',
    '.a',
    'a.',
    '-a',
    'a-.b',
    'Cluster.Local',
    'a b',
    'a_b',
    `${'a'.repeat(64)}.b`,
  ]) {
    t.notOk(isClusterDomain(domain), domain)
  }
  t.notOk(isClusterDomain(labels(102)))
})
