import fc from 'fast-check'
import t from 'tap'
import { fifoRootComplaint } from '../../schemas/formats/fifo-root.ts'
import { effort } from '../../testing/effort.ts'
import { isDnsLabel, isLabelKey, isLabelValue, isSubdomain } from '../../text/label.ts'
import { nearest } from '../../text/nearest.ts'
import { labelKey, labelValue, subdomain } from '../support/arbitrary/names.ts'

t.test('labels and names as Kubernetes has them', async (t) => {
  fc.assert(fc.property(labelKey(), isLabelKey), effort(100))
  fc.assert(fc.property(labelValue(), isLabelValue), effort(100))
  fc.assert(fc.property(subdomain(), isSubdomain), effort(100))
  for (const key of [
    '',
    '/a',
    'a/',
    'a/b/c',
    'A.b/c',
    '-a',
    'a-',
    'é',
    'a b',
    `${'a'.repeat(254)}/b`,
    'a'.repeat(64),
  ]) {
    t.notOk(isLabelKey(key), key)
  }
  for (const value of ['-', 'a-', '.a', 'a b', 'a/b', 'a'.repeat(64), 'a\n'])
    t.notOk(isLabelValue(value), value)
  for (const name of ['', '.', 'a..b', 'A', 'a_b', '-a', 'a-.b', 'a'.repeat(254)])
    t.notOk(isSubdomain(name), name)
  for (const name of ['', 'a.b', 'a'.repeat(64), '-a', 'a\n']) t.notOk(isDnsLabel(name), name)
  t.ok(isDnsLabel('kube-system'))
})

t.test('a fifo root hides nothing of the image and nothing of others', async (t) => {
  for (const path of [
    '',
    '/fifos',
    '/var/mcrouter/fifos',
    '/var/lib/mcpiper',
    '/mnt/a/b',
    '/usrlocal',
    '/data/.hidden',
  ]) {
    t.equal(fifoRootComplaint(path), undefined, path)
  }
  for (const path of [
    '/usr',
    '/usr/local/mcrouter/fifos',
    '/proc/self',
    '/dev/shm',
    '/tmp',
    '/var/mcrouter',
    '/var/run',
    '/.',
    '/..',
    '/a/..',
    '//',
    '/a/',
    '/a/./b',
    '/a:b',
    '/a b',
    './a',
  ]) {
    t.type(fifoRootComplaint(path), 'string', path)
  }
})

t.test('the nearest match', async (t) => {
  const values = ['replicated', 'sharded']
  t.equal(nearest('shraded', values), 'sharded')
  t.equal(nearest('SHARDED', values), 'sharded')
  t.equal(nearest('shard', values), 'sharded')
  t.equal(nearest('replicate', values), 'replicated')
  t.equal(nearest('ring', values), undefined)
  t.equal(nearest('', values), undefined)
  t.equal(nearest('s'.repeat(1e6), values), undefined)
})
