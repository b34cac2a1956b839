import t from 'tap'
import { differences } from '../../../reconciler/plan/difference.ts'

t.test('equal trees do not differ', async (t) => {
  const tree = { spec: { replicas: 2, args: ['-p', '1'], containers: [{ name: 'a', image: 'x' }] } }
  t.strictSame(differences(tree, structuredClone(tree)), [])
})

t.test('an owner that is named in another version of its API is to be named anew', async (t) => {
  const owned = (apiVersion: string, uid = 'u') => ({ metadata: { ownerReferences: [{ apiVersion, uid }] } })
  t.strictSame(differences(owned('example.com/v2'), owned('example.com/v1')), [
    'metadata.ownerReferences[u].apiVersion',
  ])
  t.strictSame(differences(owned('example.com/v2', 'other'), owned('example.com/v1')), [
    'metadata.ownerReferences[other]',
    'metadata.ownerReferences[u]',
  ])
})

t.test('each difference has a path that a person can find', async (t) => {
  const desired = {
    spec: {
      replicas: 2,
      template: { spec: { containers: [{ name: 'mcrouter', image: 'a', args: ['-p', '5000'] }] } },
    },
  }
  const owned = {
    spec: {
      replicas: 3,
      paused: true,
      template: { spec: { containers: [{ name: 'mcrouter', image: 'b', args: ['-p'] }, { name: 'old' }] } },
    },
  }
  t.strictSame(differences(desired, owned).sort(), [
    'spec.paused',
    'spec.replicas',
    'spec.template.spec.containers[mcrouter].args[1]',
    'spec.template.spec.containers[mcrouter].image',
    'spec.template.spec.containers[old]',
  ])
})

t.test('a field that somebody took over, or that is wanted no longer, is a difference', async (t) => {
  t.strictSame(differences({ spec: { replicas: 2 } }, { spec: {} }), ['spec.replicas'])
  t.strictSame(differences({ spec: {} }, { spec: { replicas: 2 } }), [], 'an empty map owns nothing in it')
  t.strictSame(differences({ spec: { a: 1 } }, { spec: { a: 1, replicas: 2 } }), ['spec.replicas'])
  t.strictSame(differences({ data: { 'config.json': 'x' } }, {}), ['data'])
})

t.test('items of a list with names may be in any order, others may not', async (t) => {
  const a = { name: 'a', mountPath: '/a' }
  const b = { name: 'a', mountPath: '/b' }
  t.strictSame(differences({ mounts: [a, b] }, { mounts: [b, a] }), [])
  t.strictSame(differences({ args: ['-p', '1'] }, { args: ['1', '-p'] }), ['args[0]', 'args[1]'])
  t.strictSame(differences({ mounts: [a] }, { mounts: [b] }), ['mounts[/a]', 'mounts[/b]'])
})

t.test('what the API server itself rewrites or drops is no difference', async (t) => {
  const path = (limits: unknown) => ({ resources: { limits } })
  t.strictSame(differences(path({ memory: '1024Mi', cpu: '0.5' }), path({ memory: '1Gi', cpu: '500m' })), [])
  t.strictSame(differences(path({ memory: '1024Mi' }), path({ memory: '1Mi' })), ['resources.limits.memory'])
  t.strictSame(differences({ emptyDir: { sizeLimit: '1024Ki' } }, { emptyDir: { sizeLimit: '1Mi' } }), [])
  t.strictSame(
    differences({ annotation: '1024Mi' }, { annotation: '1Gi' }),
    ['annotation'],
    'elsewhere it is text',
  )
  t.strictSame(differences({ tolerations: [], nodeSelector: null }, {}), [])
  t.strictSame(differences({ tolerations: [{ key: 'a', value: '' }] }, { tolerations: [{ key: 'a' }] }), [])
  t.strictSame(differences({ automountServiceAccountToken: false }, {}), ['automountServiceAccountToken'])
  t.strictSame(differences({ a: { limits: {}, keep: 1 } }, { a: { keep: 1 } }), [])
})

t.test('an empty map is something where Kubernetes keeps it', async (t) => {
  t.strictSame(differences({ volumes: [{ name: 'v', emptyDir: {} }] }, { volumes: [{ name: 'v' }] }), [
    'volumes[v].emptyDir',
  ])
  t.strictSame(
    differences(
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] },
    ),
    [],
    'what others put into it is theirs',
  )
})
