import fc from 'fast-check'
import t from 'tap'
import { render } from '../../render/index.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { hostileString } from '../support/arbitrary/hostile.ts'
import { at } from '../support/at.ts'

// These go around admission, which would refuse most of them: the templates must not depend on it.

const SETTINGS = { clusterDomain: 'cluster.local' }

const text = fc.oneof(
  hostileString(),
  fc.tuple(hostileString(), fc.string({ unit: 'binary', maxLength: 8 })).map((parts) => parts.join('')),
)
const map = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs))
const resources = fc.record({ requests: map, limits: map })

const hostile: fc.Arbitrary<Mcrouter> = fc
  .record({
    name: text,
    namespace: text,
    topology: fc.constantFrom('sharded' as const, 'replicated' as const),
    routers: fc.record({ image: text, resources, debugFifoRoot: text }),
    memcached: fc.record({
      image: text,
      maxItemSize: text,
      resources,
      servers: fc.integer({ min: 1, max: 5 }),
    }),
    pod: fc.record({
      imagePullSecrets: fc.array(fc.record({ name: text }), { maxLength: 3 }),
      nodeSelector: map,
      tolerations: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
      affinity: fc.record({ a: text }),
      priorityClassName: text,
      topologySpreadConstraints: fc.array(
        fc.record({
          topologyKey: text,
          maxSkew: fc.nat(),
          whenUnsatisfiable: fc.constant('DoNotSchedule' as const),
        }),
        { maxLength: 2 },
      ),
    }),
  })
  .map(mcrouterWith)

t.test('a string is the same string in the object, whatever it is and in whatever field', async () => {
  fc.assert(
    fc.property(hostile, (mcrouter) => {
      const [routers, servers] = podSpecs(render(mcrouter, SETTINGS).manifests)
      same(at(routers, 'containers', 0, 'image'), mcrouter.routers.image)
      same(at(routers, 'containers', 0, 'resources'), mcrouter.routers.resources)
      same(argument(routers, 8), `--debug-fifo-root=${mcrouter.routers.debugFifoRoot}`)
      if (mcrouter.routers.debugFifoRoot !== '') {
        same(at(routers, 'containers', 0, 'volumeMounts', 1, 'mountPath'), mcrouter.routers.debugFifoRoot)
      }
      same(at(servers, 'containers', 0, 'image'), mcrouter.pools[0].image)
      same(at(servers, 'containers', 0, 'resources'), mcrouter.pools[0].resources)
      same(argument(servers, 5), mcrouter.pools[0].maxItemSize)
      for (const pod of [routers, servers]) {
        const given = mcrouter.routers.pod
        same(at(pod, 'imagePullSecrets') ?? [], given.imagePullSecrets)
        same(at(pod, 'nodeSelector') ?? {}, given.nodeSelector)
        same(at(pod, 'tolerations') ?? [], given.tolerations)
        same(at(pod, 'affinity'), given.affinity)
        same(at(pod, 'priorityClassName'), given.priorityClassName)
        for (const [index, { topologyKey }] of given.topologySpreadConstraints.entries())
          same(at(pod, 'topologySpreadConstraints', index, 'topologyKey'), topologyKey)
      }
    }),
    effort(300),
  )
})

t.test('there are seven objects, of their kinds, in the own namespace, under the own name', async () => {
  const usual = render(mcrouterWith(), SETTINGS).manifests.map(
    ({ apiVersion, kind }) => `${apiVersion} ${kind}`,
  )
  fc.assert(
    fc.property(hostile, (mcrouter) => {
      const { manifests } = render(mcrouter, SETTINGS)
      same(
        manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
        usual,
      )
      for (const { metadata } of manifests) {
        same(metadata.namespace, mcrouter.namespace)
        same(metadata.labels['app.kubernetes.io/instance'], mcrouter.name)
        same(metadata.name.startsWith(mcrouter.name), true)
      }
    }),
    effort(300),
  )
})

t.test("mcrouter's configuration in the ConfigMap is the text that the digest is of, and JSON", async () => {
  fc.assert(
    fc.property(hostile, (mcrouter) => {
      const { manifests, config } = render(mcrouter, SETTINGS)
      same(
        at(
          manifests.find(({ kind }) => kind === 'ConfigMap'),
          'data',
          'config.json',
        ),
        config,
      )
      JSON.parse(config)
    }),
    effort(300),
  )
})

t.test('the same Mcrouter is the same bytes', async () => {
  fc.assert(
    fc.property(hostile, (mcrouter) => {
      same(
        JSON.stringify(render(mcrouter, SETTINGS)),
        JSON.stringify(render(structuredClone(mcrouter), SETTINGS)),
      )
    }),
    effort(100),
  )
})

function podSpecs(manifests: readonly Manifest[]): unknown[] {
  return ['Deployment', 'StatefulSet'].map((kind) =>
    at(
      manifests.find((manifest) => manifest.kind === kind),
      'spec',
      'template',
      'spec',
    ),
  )
}

/** An argument as the container gets it: Kubernetes reads `$$` as `$`. */
function argument(pod: unknown, index: number): unknown {
  const value = at(pod, 'containers', 0, 'args', index)
  return typeof value === 'string' ? value.replaceAll('$$', '$') : value
}

function same(found: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`${one} is not ${other}`)
}
