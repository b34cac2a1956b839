import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { type Cache, cachedMeta } from '../../../reconciler/observe/caches.ts'

const SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'cache', uid: 'u1', resourceVersion: '7' },
}
const NONE: Cache = {
  get: () => undefined,
  resourceVersion: () => undefined,
  group: () => [],
  groupSize: () => 0,
}

/** Caches of which one has the Service, and how often that was unpacked. */
function fixture() {
  let unpacked = 0
  const isIt = ({ namespace, name }: { namespace?: string; name: string }) =>
    namespace === 'shop' && name === 'cache'
  const services: Cache = {
    ...NONE,
    get: (key) => {
      unpacked += 1
      return isIt(key) ? SERVICE : undefined
    },
    resourceVersion: (key) => (isIt(key) ? '7' : undefined),
  }
  const caches = {
    mcrouters: NONE,
    pods: NONE,
    replicaSets: NONE,
    children: new Map([['Service', services]]),
  }
  return { caches, unpacked: () => unpacked }
}

t.test('the version with which a cache has an object is known without unpacking it', (t) => {
  const { caches, unpacked } = fixture()
  const sighting = cachedMeta(caches, 'Service', 'shop', 'cache')
  t.equal(sighting?.resourceVersion, '7')
  t.equal(unpacked(), 0)
  t.same(sighting?.metadata(), SERVICE.metadata)
  t.end()
})

t.test('what no cache has is not seen', (t) => {
  const { caches } = fixture()
  t.equal(cachedMeta(caches, 'Service', 'shop', 'other'), undefined)
  t.equal(cachedMeta(caches, 'Mcrouter', 'shop', 'cache'), undefined)
  t.equal(cachedMeta(caches, 'Secret', 'shop', 'cache'), undefined)
  t.end()
})
