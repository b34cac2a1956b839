import t from 'tap'
import { appliedAt, lastOtherManager, ownedFields } from '../../../reconciler/observe/owned.ts'

// As an API server of release 1.36 wrote it after two applies of ours and a `kubectl scale`.
const managedFields = [
  {
    manager: 'mcrouter-operator',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time: '2026-01-31T12:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:labels': { 'f:app': {} },
        'f:ownerReferences': { 'k:{"uid":"u-1"}': {} },
        'f:finalizers': { 'v:"a/b"': {} },
      },
      'f:spec': {
        'f:selector': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"memcached"}': {
                '.': {},
                'f:args': {},
                'f:image': {},
                'f:name': {},
                'f:ports': {
                  'k:{"containerPort":11211,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                },
              },
            },
            'f:volumes': { 'k:{"name":"fifos"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
          },
        },
      },
    },
  },
  {
    manager: 'kubectl',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: '2026-01-31T12:00:05Z',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    subresource: 'scale',
  },
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    time: '2026-01-31T12:00:09Z',
    fieldsV1: { 'f:status': { 'f:replicas': {} } },
    subresource: 'status',
  },
]

const object = {
  metadata: {
    name: 'cache-memcached',
    labels: { app: 'cache', extra: 'of somebody else' },
    ownerReferences: [
      { uid: 'u-0', kind: 'Other' },
      { uid: 'u-1', kind: 'Mcrouter' },
    ],
    finalizers: ['x/y', 'a/b'],
    managedFields,
  },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'cache' } },
    template: {
      spec: {
        containers: [
          { name: 'sidecar', image: 'of somebody else' },
          {
            name: 'memcached',
            image: 'memcached:1.6',
            imagePullPolicy: 'IfNotPresent',
            args: ['-p', '11211'],
            ports: [{ containerPort: 11211, protocol: 'TCP' }],
          },
        ],
        volumes: [{ name: 'fifos', emptyDir: { medium: 'Memory' } }],
        dnsPolicy: 'ClusterFirst',
      },
    },
  },
}

t.test(
  'what is owned is what was applied and nobody has changed since, with the values of now',
  async (t) => {
    t.strictSame(ownedFields(object, 'mcrouter-operator'), {
      metadata: {
        labels: { app: 'cache' },
        ownerReferences: [{ uid: 'u-1', kind: 'Mcrouter' }],
        finalizers: ['a/b'],
      },
      spec: {
        selector: { matchLabels: { app: 'cache' } },
        template: {
          spec: {
            containers: [
              {
                name: 'memcached',
                image: 'memcached:1.6',
                args: ['-p', '11211'],
                ports: [{ containerPort: 11211 }],
              },
            ],
            volumes: [{ name: 'fifos', emptyDir: { medium: 'Memory' } }],
          },
        },
      },
    })
  },
)

t.test('a manager that never applied owns nothing', async (t) => {
  t.strictSame(ownedFields(object, 'kubectl'), {}, 'an update is not an apply')
  t.strictSame(ownedFields(object, 'nobody'), {})
  t.strictSame(ownedFields({ metadata: {} }, 'mcrouter-operator'), {})
  t.strictSame(ownedFields({}, 'mcrouter-operator'), {})
})

t.test('a status is not owned with the rest', async (t) => {
  const entry = { ...managedFields[0], subresource: 'status' }
  t.strictSame(ownedFields({ ...object, metadata: { managedFields: [entry] } }, 'mcrouter-operator'), {})
})

t.test('it is known when an apply last changed the object, and who else did', async (t) => {
  t.equal(appliedAt(object, 'mcrouter-operator'), Date.UTC(2026, 0, 31, 12))
  t.equal(appliedAt(object, 'nobody'), undefined)
  t.equal(lastOtherManager(object, 'mcrouter-operator'), 'kubectl', 'reports of a status do not count')
  t.equal(lastOtherManager({ metadata: {} }, 'mcrouter-operator'), '')
})

t.test('items are found by all their keys, and members of a set by their value', (t) => {
  const port = (containerPort: number, protocol: string) => ({ containerPort, protocol, name: `${protocol}` })
  const object = {
    metadata: {
      managedFields: [
        {
          manager: 'm',
          operation: 'Apply',
          fieldsV1: {
            'f:ports': {
              'k:{"containerPort":53,"protocol":"UDP"}': { '.': {}, 'f:protocol': {} },
              'k:{"protocol":"TCP","containerPort":80}': {},
            },
            'f:set': { 'v:"a"': {}, 'v:1': {} },
          },
        },
      ],
    },
    ports: [port(53, 'TCP'), port(53, 'UDP'), port(80, 'TCP'), 'none'],
    set: ['a', 1, '1', 'b'],
  }
  t.same(ownedFields(object, 'm'), { ports: [{ protocol: 'UDP' }, port(80, 'TCP')], set: ['a', 1] })
  t.end()
})

t.test('a list as long as an object can hold is walked once', (t) => {
  const names = Array.from({ length: 40_000 }, (_, index) => `n${index}`)
  let reads = 0
  const items = names.map((name) => ({
    get name() {
      reads += 1
      return name
    },
  }))
  const fields = Object.fromEntries(names.map((name) => [`k:{"name":"${name}"}`, { 'f:name': {} }]))
  const managedFields = [{ manager: 'm', operation: 'Apply', fieldsV1: { 'f:list': fields } }]
  const owned = ownedFields({ metadata: { managedFields }, list: items }, 'm')
  t.equal(Array.isArray(owned.list) && owned.list.length, names.length)
  t.ok(reads <= 2 * names.length, `${reads} reads`)
  t.end()
})
