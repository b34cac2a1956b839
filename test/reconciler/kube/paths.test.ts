import t from 'tap'
import { collectionPath, objectPath, withQuery } from '../../../reconciler/kube/paths.ts'
import { pods, statefulSets } from '../../../reconciler/kube/resources.ts'
import { mutatingWebhookConfigurations } from '../../support/resources.ts'

t.test('the core group is under /api, the others under /apis', (t) => {
  t.equal(collectionPath(pods), '/api/v1/pods')
  t.equal(collectionPath(pods, 'shop'), '/api/v1/namespaces/shop/pods')
  t.equal(collectionPath(statefulSets, 'shop'), '/apis/apps/v1/namespaces/shop/statefulsets')
  t.end()
})

t.test('an object, its subresource, and what has no namespace', (t) => {
  t.equal(objectPath(pods, { namespace: 'shop', name: 'a' }), '/api/v1/namespaces/shop/pods/a')
  t.equal(
    objectPath(pods, { namespace: 'shop', name: 'a' }, 'status'),
    '/api/v1/namespaces/shop/pods/a/status',
  )
  t.equal(
    objectPath(mutatingWebhookConfigurations, { name: 'a' }),
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/a',
  )
  t.end()
})

t.test('a name cannot leave its place in the path, nor a value its place in the query', (t) => {
  t.equal(objectPath(pods, { namespace: '../..', name: 'a?b' }), '/api/v1/namespaces/..%2F../pods/a%3Fb')
  t.equal(
    withQuery('/p', { labelSelector: 'a=b,c in (d)&limit=1' }),
    '/p?labelSelector=a%3Db%2Cc+in+%28d%29%26limit%3D1',
  )
  t.equal(withQuery('/p', { a: undefined }), '/p')
  t.end()
})
