import t from 'tap'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { at } from '../support/at.ts'
import { podSpecs, specOf } from './rendered.ts'

t.test('the fifo root is a volume when it is set, and no volume when it is not', async (t) => {
  const pod = at(
    specOf(mcrouterWith({ routers: { debugFifoRoot: '/var/mcrouter/fifos' } }), 'Deployment', 'cache'),
    'template',
    'spec',
  )
  t.match(at(pod, 'containers', 0, 'volumeMounts', 1), { name: 'fifos', mountPath: '/var/mcrouter/fifos' })
  t.match(at(pod, 'volumes', 1), { name: 'fifos', emptyDir: { medium: 'Memory' } })
})

t.test('a pod holds to the restricted Pod Security level, and more', async (t) => {
  for (const pod of podSpecs(mcrouterWith({ routers: { debugFifoRoot: '/var/mcrouter/fifos' } }))) {
    t.match(at(pod, 'securityContext'), { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    t.ok(
      Number(at(pod, 'securityContext', 'runAsUser')) > 0,
      'by number, as neither image names a user by one',
    )
    t.equal(at(pod, 'automountServiceAccountToken'), false)
    t.strictSame(at(pod, 'containers', 0, 'securityContext'), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  }
})

t.test('a pod is asked by its port alone, and is taken out of use before it is killed', async (t) => {
  for (const pod of podSpecs(mcrouterWith())) {
    const container = at(pod, 'containers', 0)
    const port = at(container, 'ports', 0, 'name')
    for (const probe of ['readinessProbe', 'livenessProbe']) {
      t.match(
        at(container, probe),
        { tcpSocket: { port } },
        `${probe}: never the health of what is behind it`,
      )
    }
    const seconds = (probe: string) =>
      Number(at(container, probe, 'periodSeconds')) * Number(at(container, probe, 'failureThreshold'))
    t.ok(seconds('readinessProbe') < seconds('livenessProbe'))
  }
})

t.test('a pod that ends first waits for clients to hear of it, within its grace', async (t) => {
  for (const pod of podSpecs(mcrouterWith())) {
    const seconds = Number(at(pod, 'containers', 0, 'lifecycle', 'preStop', 'sleep', 'seconds'))
    t.ok(seconds >= 5 && seconds + 10 < Number(at(pod, 'terminationGracePeriodSeconds')))
  }
})

t.test('what is given for pods is in both workloads, what is not given in neither', async (t) => {
  const given = {
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'high',
    affinity: { nodeAffinity: {} },
    nodeSelector: { pool: 'cache' },
    tolerations: [{ key: 'cache', operator: 'Exists' as const }],
  }
  for (const pod of podSpecs(mcrouterWith({ pod: given }))) t.match(pod, given)
  for (const pod of podSpecs(mcrouterWith())) {
    for (const field of Object.keys(given)) t.equal(at(pod, field), undefined, field)
  }
})

t.test(
  'an argument reaches the container as it is written, whatever Kubernetes would expand in it',
  async (t) => {
    const mcrouter = mcrouterWith({ routers: { debugFifoRoot: '/run/$(HOSTNAME)/$x' } })
    const args = at(specOf(mcrouter, 'Deployment', 'cache'), 'template', 'spec', 'containers', 0, 'args')
    t.ok(Array.isArray(args) && args.includes('--debug-fifo-root=/run/$$(HOSTNAME)/$$x'), String(args))
  },
)

t.test('memcached gets threads and further options where they differ from its own', async (t) => {
  const argsOf = (mcrouter: Mcrouter) =>
    at(specOf(mcrouter, 'StatefulSet', 'cache-memcached'), 'template', 'spec', 'containers', 0, 'args')
  const served = ['-p', '11211', '-m', '256', '-I', '32m', '-c', '1024']
  t.strictSame(argsOf(mcrouterWith()), served)
  const told = mcrouterWith({ memcached: { threads: 8, args: ['-o', 'modern'], minReadySeconds: 60 } })
  t.strictSame(argsOf(told), [...served, '-t', '8', '-o', 'modern'])
  t.equal(at(specOf(told, 'StatefulSet', 'cache-memcached'), 'minReadySeconds'), 60)
})

t.test('what is given for the pods of one tier is in those alone', async (t) => {
  const mcrouter = mcrouterWith({ pools: [{ name: 'more' }] })
  const { pod } = mcrouter.routers
  const [main, more] = mcrouter.pools
  const given = {
    ...mcrouter,
    routers: { ...mcrouter.routers, pod: { ...pod, priorityClassName: 'routers' } },
    pools: [{ ...main, pod: { ...pod, nodeSelector: { disk: 'none' } } }, ...(more ? [more] : [])] as const,
  }
  const [routers, servers, others] = podSpecs(given)
  t.same(at(routers, 'priorityClassName'), 'routers')
  t.same(at(servers, 'nodeSelector'), { disk: 'none' })
  for (const one of [servers, others]) t.equal(at(one, 'priorityClassName'), undefined)
  for (const one of [routers, others]) t.equal(at(one, 'nodeSelector'), undefined)
})

t.test('given constraints take the place of the own ones, and select the same pods', async (t) => {
  const constraint = {
    topologyKey: 'rack',
    maxSkew: 2,
    whenUnsatisfiable: 'DoNotSchedule' as const,
    minDomains: 3,
  }
  const selected = (pod: unknown) => at(pod, 'topologySpreadConstraints', 0, 'labelSelector')
  const own = podSpecs(mcrouterWith())
  const given = podSpecs(mcrouterWith({ pod: { topologySpreadConstraints: [constraint] } }))
  for (const [index, pod] of given.entries()) {
    t.match(at(pod, 'topologySpreadConstraints'), [constraint])
    t.equal(Object(at(pod, 'topologySpreadConstraints')).length, 1)
    t.same(selected(pod), selected(own[index]))
  }
})

t.test('no label of pods takes the place of one by which they are found', async (t) => {
  const own = templates(mcrouterWith())
  const keys = Object.keys(Object(at(own[0], 'metadata', 'labels')))
  t.ok(keys.length > 3)
  const labels = { ...Object.fromEntries(keys.map((key) => [key, 'other'])), team: 'web' }
  for (const [index, template] of templates(
    mcrouterWith({ pod: { labels, annotations: { note: 'x' } } }),
  ).entries()) {
    t.same(at(template, 'metadata', 'labels'), {
      ...Object(at(own[index], 'metadata', 'labels')),
      team: 'web',
    })
    t.same(at(template, 'metadata', 'annotations'), { note: 'x' })
  }
})

function templates(mcrouter: Mcrouter): unknown[] {
  return [
    at(specOf(mcrouter, 'Deployment', 'cache'), 'template'),
    at(specOf(mcrouter, 'StatefulSet', 'cache-memcached'), 'template'),
  ]
}
