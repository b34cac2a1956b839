import t from 'tap'
import type { KubeObject } from '../../../../reconciler/kube/api.ts'
import { Store, trimmed } from '../../../../reconciler/kube/cache/store.ts'
import { parseKey } from '../../../../reconciler/kube/object.ts'
import { pods } from '../../../../reconciler/kube/resources.ts'

function pod(name: string, fields: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion: '1', ...fields },
  }
}

t.test('an object comes out as it was put in', (t) => {
  const store = new Store(pods)
  const odd = {
    ...pod('a'),
    spec: { text: '\u0000 "\\ 🐕 \u2028', big: 1e21, nothing: null, list: [[], {}] },
  }
  store.put(odd)
  t.same(store.get({ namespace: 'shop', name: 'a' }), odd)
  t.same([...store.keys()], [{ namespace: 'shop', name: 'a' }])
  t.same(store.resourceVersion({ namespace: 'shop', name: 'a' }), '1')
  t.equal(store.get({ namespace: 'other', name: 'a' }), undefined)
  t.end()
})

t.test('what is done to an object that came out does not change the store', (t) => {
  const store = new Store(pods)
  store.put(pod('a', { labels: { colour: 'red' } }))
  Object.assign(store.get({ namespace: 'shop', name: 'a' })?.metadata.labels ?? {}, { colour: 'blue' })
  t.same(store.get({ namespace: 'shop', name: 'a' })?.metadata.labels, { colour: 'red' })
  t.end()
})

t.test('groups follow their members', (t) => {
  const store = new Store(pods, (object) => object.metadata.labels?.instance)
  const names = (group: string) => store.group(group).map((one) => one.metadata.name)
  store.put(pod('a', { labels: { instance: 'x' } }))
  store.put(pod('b', { labels: { instance: 'x' } }))
  store.put(pod('c'))
  t.same([names('x'), names('y')], [['a', 'b'], []])
  store.put(pod('a', { labels: { instance: 'y' } }))
  t.same([names('x'), names('y')], [['b'], ['a']])
  store.put(pod('b'))
  store.remove({ namespace: 'shop', name: 'a' })
  t.same([names('x'), names('y')], [[], []])
  t.equal(store.size, 2)
  t.end()
})

t.test('of many objects each comes out as it was put in last', (t) => {
  const store = new Store(pods, (object) => object.metadata.labels?.instance)
  const labelled = (index: number, instance: string) => pod(`pod-${index}`, { labels: { instance } })
  for (let index = 0; index < 1_000; index += 1) store.put(labelled(index, 'x'))
  for (let index = 0; index < 1_000; index += 3) store.put(labelled(index, 'y'))
  for (let index = 0; index < 1_000; index += 7) store.remove({ namespace: 'shop', name: `pod-${index}` })
  for (let index = 0; index < 1_000; index += 1) {
    const expected = index % 7 === 0 ? undefined : labelled(index, index % 3 === 0 ? 'y' : 'x')
    t.same(store.get({ namespace: 'shop', name: `pod-${index}` }), expected)
  }
  t.equal(store.group('x').length + store.group('y').length, store.size)
  t.end()
})

t.test('who puts or removes is told of the groups before and after', (t) => {
  const store = new Store(pods, (object) => object.metadata.labels?.instance)
  const key = { namespace: 'shop', name: 'a' }
  t.same(store.put(pod('a', { labels: { instance: 'x' } })), ['x'])
  t.same(store.put(pod('a', { labels: { instance: 'x' } })), ['x'])
  t.same(store.put(pod('a', { labels: { instance: 'y' } })), ['x', 'y'])
  t.same(store.remove(key), ['y'])
  t.same(store.put(pod('a')), [])
  t.same(store.remove(key), [])
  t.equal(store.remove(key), undefined)
  t.end()
})

t.test('without managedFields and the copy that kubectl keeps, and otherwise whole', (t) => {
  const object = {
    ...pod('a', {
      managedFields: [{ manager: 'kubectl' }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'yes' },
      labels: { colour: 'red' },
    }),
    spec: { nodeName: 'n' },
  }
  t.same(trimmed(object), {
    ...pod('a', { annotations: { mine: 'yes' }, labels: { colour: 'red' } }),
    spec: { nodeName: 'n' },
  })
  t.same(trimmed(pod('b')), pod('b'))
  t.end()
})

t.test('a key is namespace/name, or the name alone for what has no namespace', (t) => {
  t.same(parseKey('shop/a'), { namespace: 'shop', name: 'a' })
  t.same(parseKey('mcrouter-operator'), { name: 'mcrouter-operator' })
  t.end()
})
