import { readFile } from 'node:fs/promises'
import t from 'tap'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'

t.test('in a namespace that enforces the restricted Pod Security level', async (t) => {
  const { apply, kubectl, read } = await startCluster(t)
  await kubectl(['create', 'namespace', 'strict'])
  await kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted'])

  const pod = {
    resources: { requests: { cpu: '10m' } },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'cache', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } },
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' },
    ],
    priorityClassName: 'cache-first',
    imagePullSecrets: [{ name: 'registry' }],
    labels: { team: 'web' },
    annotations: { note: 'of the team web' },
  }
  await apply({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'cache-first' },
    value: 1,
  })
  const crs = {
    'my-mcrouter': await readFile(new URL('../../examples/ansible-operator.yaml', import.meta.url), 'utf8'),
    sessions: await readFile(new URL('../../examples/replicated.yaml', import.meta.url), 'utf8'),
    pages: await readFile(new URL('../../examples/sharded.yaml', import.meta.url), 'utf8'),
    profiles: await readFile(new URL('../../examples/zones.yaml', import.meta.url), 'utf8'),
    'every-pod-field': JSON.stringify({
      apiVersion: V1BETA1.apiVersion,
      kind: KIND,
      metadata: { name: 'every-pod-field' },
      spec: { memcached: { pod }, router: { pod } },
    }),
    placed: mcrouter('placed', {
      mcrouter_release: 'current',
      debug_fifo_root: '/var/mcrouter/fifos',
      image_pull_secrets: [{ name: 'registry' }],
      node_selector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'cache', operator: 'Exists', effect: 'NoSchedule' }],
    }),
  }
  for (const [name, cr] of Object.entries(crs)) {
    t.test(`${name} gets all its pods`, async (t) => {
      t.match(await apply(cr, '--namespace=strict'), { code: 0 })
      const wait = ['wait', '-n', 'strict', `mcrouter/${name}`, '--for=condition=Available', '--timeout=30s']
      const { code, stderr } = await kubectl(wait)
      t.equal(code, 0, stderr)
    })
  }

  t.test('no field of pods is left out of these', async (t) => {
    const known = [V1BETA1.schema.properties?.memcached, V1BETA1.schema.properties?.router]
    for (const tier of known)
      t.same(Object.keys(tier?.properties?.pod?.properties ?? {}).toSorted(), Object.keys(pod).toSorted())
  })

  t.test('nothing was refused or warned about', async (t) => {
    const events = await read('events -n strict', '{range .items[*]}{.reason}: {.message}{"\\n"}{end}')
    t.notMatch(events, /FailedCreate|PodSecurity/)
  })
})
