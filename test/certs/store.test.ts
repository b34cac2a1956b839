import t from 'tap'
import { SECRETS } from '../../certs/api.ts'
import { readSecret, writeSecret } from '../../certs/store.ts'
import { Cluster } from './cluster.ts'

const KEY = { namespace: 'sys', name: 'op-ca' }
const CONTENT = { certificate: 'c', key: 'k', bundle: 'b' }

t.test('a Secret that the chart made is empty, and is filled', async (t) => {
  const cluster = new Cluster()
  cluster.put(SECRETS, KEY, { type: 'Opaque' })
  const found = await readSecret(cluster, KEY)
  t.strictSame(found.content, { certificate: '', key: '', bundle: '' })
  await writeSecret(cluster, KEY, found, CONTENT)
  t.match(await cluster.get(SECRETS, KEY), {
    type: 'Opaque',
    data: { 'tls.crt': 'Yw==', 'tls.key': 'aw==', 'ca.crt': 'Yg==' },
  })
  t.strictSame((await readSecret(cluster, KEY)).content, CONTENT)
})

t.test('no write when nothing differs', async (t) => {
  const cluster = new Cluster()
  cluster.put(SECRETS, KEY, {})
  await writeSecret(cluster, KEY, await readSecret(cluster, KEY), CONTENT)
  await writeSecret(cluster, KEY, await readSecret(cluster, KEY), CONTENT)
  t.equal(cluster.writes.length, 1)
})

t.test('what others put there stays', async (t) => {
  const cluster = new Cluster()
  cluster.put(SECRETS, KEY, { metadata: { labels: { team: 'a' } }, data: { 'other.txt': 'eA==' } })
  await writeSecret(cluster, KEY, await readSecret(cluster, KEY), CONTENT)
  const secret = await cluster.get(SECRETS, KEY)
  t.match(secret, { data: { 'other.txt': 'eA==', 'tls.crt': 'Yw==' } })
})

t.test('never written over a change that was not seen', async (t) => {
  const cluster = new Cluster()
  cluster.put(SECRETS, KEY, {})
  const found = await readSecret(cluster, KEY)
  cluster.put(SECRETS, KEY, {})
  await t.rejects(writeSecret(cluster, KEY, found, CONTENT), /has changed/)
})

t.test('one that is gone is an error that says what brings it back', async (t) => {
  await t.rejects(readSecret(new Cluster(), KEY), /no Secret sys\/op-ca, .* helm upgrade .* makes it again/)
})
