import t from 'tap'
import type { Resource } from '../../reconciler/kube/api.ts'
import { deployments, events, pods, statefulSets } from '../../reconciler/kube/resources.ts'
import { type Render, render as renderAll } from '../../render/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// Policies of a cluster that rewrite what is applied: what they make of it is accepted, and is nobody's fight.

const cluster = await startBareCluster(t)
const { apply, get, kubelet, list, patch } = cluster

const admission = (kind: string, plural: string): Resource => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  plural,
})

/** Every Deployment and StatefulSet of the namespace is to have its image from a mirror, and half a CPU. */
async function mirrorImages(namespace: string): Promise<void> {
  const metadata = { name: `mirror.${namespace}` }
  const container = 'object.spec.template.spec.containers[0]'
  const set = (field: string, value: string) =>
    `JSONPatch{op: "replace", path: "/spec/template/spec/containers/0/${field}", value: ${value}}`
  const image = `${container}.image.startsWith("mirror/") ? ${container}.image : "mirror/" + ${container}.image`
  await apply(admission('MutatingAdmissionPolicy', 'mutatingadmissionpolicies'), {
    metadata,
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          {
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['deployments', 'statefulsets'],
          },
        ],
      },
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: `[${set('image', image)}, ${set('resources/requests/cpu', '"500m"')}]` },
        },
      ],
    },
  })
  await apply(admission('MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings'), {
    metadata,
    spec: { policyName: metadata.name },
  })
}

const imageOf = async (resource: Resource, namespace: string, name: string) =>
  at(await get(resource, namespace, name), 'spec', 'template', 'spec', 'containers', 0, 'image')

t.test('what a MutatingAdmissionPolicy makes of the objects is accepted, and told once', async (t) => {
  const { want, settled, reason, requests } = await reconciledNamespace(t, cluster, 'mirrored', {
    prepare: () => mirrorImages('mirrored'),
  })
  await eventually('the policy is in force', async () => {
    const probe = { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } } } }
    const containers = [{ name: 'c', image: 'probe:1', resources: { requests: { cpu: '1m' } } }]
    const spec = { ...probe, replicas: 0, template: { ...probe.template, spec: { containers } } }
    await apply(deployments, { metadata: { name: 'probe', namespace: 'mirrored', labels: {} }, spec })
    return (await imageOf(deployments, 'mirrored', 'probe')) === 'mirror/probe:1'
  })
  await want({ memcached_image: 'memcached:1.6', mcrouter_image: 'mcrouter:41' })
  await settled()
  t.equal(await imageOf(deployments, 'mirrored', 'cache'), 'mirror/mcrouter:41')
  await eventually('it is Ready', async () => (await reason('Ready')) === 'Serving')

  await want({ memcached_image: 'memcached:1.6', mcrouter_image: 'mcrouter:42' })
  await eventually(
    'the new image is there',
    async () => (await imageOf(deployments, 'mirrored', 'cache')) === 'mirror/mcrouter:42',
  )
  await settled()
  for (let time = 0; time < 8; time += 1) {
    const uid = at(await get(deployments, 'mirrored', 'cache'), 'metadata', 'uid')
    await patch(deployments, 'mirrored', 'cache', { metadata: { uid, annotations: { time: `${time}` } } })
  }
  await patch(statefulSets, 'mirrored', 'cache-memcached', { spec: { replicas: 1 } })
  await eventually(
    'drift is still corrected',
    async () => at(await get(statefulSets, 'mirrored', 'cache-memcached'), 'spec', 'replicas') === 2,
  )
  // The controller of the StatefulSet may have been quicker: it then takes server 1 away, which is not Ready until it is back. Neither
  // the generation nor Progressing tells of that.
  await eventually('nothing is wrong', async () => (await reason('Degraded')) === 'AsExpected')

  const told = await eventually('it is told of both', async () => {
    const all = await list(events, 'mirrored')
    const mutated = all.filter((event) => event.reason === 'Mutated')
    return mutated.length >= 2 && all.some((event) => event.reason === 'DriftCorrected') && all
  })
  const notes = (wanted: string) =>
    told.filter((event) => event.reason === wanted).map((event) => String(event.note))
  t.strictSame(notes('FieldConflict'), [])
  t.strictSame(notes('Mutated').toSorted(), [
    'Deployment cache: admission changed spec.template.spec.containers[mcrouter].image, spec.template.spec.containers[mcrouter].resources.requests.cpu of what was applied; it is accepted',
    'StatefulSet cache-memcached: admission changed spec.template.spec.containers[memcached].image, spec.template.spec.containers[memcached].resources.requests.cpu of what was applied; it is accepted',
  ])
  t.match(notes('DriftCorrected'), [
    /^StatefulSet cache-memcached was changed by somebody; restored spec\.replicas$/,
  ])
  const applies = (await requests()).filter(
    ({ object, verb }) => object.resource === 'deployments' && verb === 'patch',
  )
  t.equal(applies.length, 2, 'one for each spec')
  await kubelet.decide(() => 'ready')
})

t.test('another word for the same largest item changes no server', async (t) => {
  const render: Render = (mcrouter, settings) => {
    const { manifests, ...rest } = renderAll(mcrouter, settings)
    return { ...rest, manifests: JSON.parse(JSON.stringify(manifests).replace('"32m"', '"33554432"')) }
  }
  // As it was rendered while v1alpha3 was stored.
  const prepare = async () => {
    const before = await startReconciler(cluster.controlPlane, { namespace: 'words', render })
    await eventually('it has servers', () => get(statefulSets, 'words', 'cache-memcached'))
    await before.stop()
  }
  const given = { memcached_max_item_size: '33554432' }
  const { want, settled } = await reconciledNamespace(t, cluster, 'words', { given, prepare })
  await settled()
  const before = await get(statefulSets, 'words', 'cache-memcached')
  t.equal(at(before, 'spec', 'template', 'spec', 'containers', 0, 'args', 5), '33554432')
  await want({ memcached_max_item_size: '32m' })
  await settled()
  const after = await get(statefulSets, 'words', 'cache-memcached')
  t.same(at(after, 'spec'), at(before, 'spec'))
  t.equal(at(after, 'metadata', 'generation'), at(before, 'metadata', 'generation'))
  const servers = async () => {
    const found = await list(pods, 'words', 'app.kubernetes.io/component=memcached')
    return found.map((pod) => at(pod, 'metadata', 'uid')).toSorted()
  }
  const there = await servers()
  t.equal(there.length, 2)
  await cluster.controlPlane.kubectl(['-n', 'words', 'delete', 'sts', 'cache-memcached', '--cascade=orphan'])
  const anew = await eventually('its controller has taken over the servers of the one before', async () => {
    const found = await get(statefulSets, 'words', 'cache-memcached')
    const isNew = at(found, 'metadata', 'uid') !== at(before, 'metadata', 'uid')
    return isNew && at(found, 'status', 'readyReplicas') === 2 && found
  })
  t.same(at(anew, 'spec', 'template'), at(before, 'spec', 'template'))
  t.same(await servers(), there)
})
