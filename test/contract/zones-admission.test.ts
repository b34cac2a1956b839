import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { expand } from '../../render/expand.ts'
import { requestLimits } from '../../render/parse-objects.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { CONSENT_ANNOTATION, KIND } from '../../schemas/well-known.ts'
import { at } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'

// What a Mcrouter in zones is to the webhook, to both versions of the API and to an API server that gets all it expands to.

const EXAMPLE = await readFile(new URL('../../examples/zones.yaml', import.meta.url), 'utf8')
const { kubectl, apply } = await startCluster(t)

/** Paused, so that nothing is made of it. */
function mcrouter(memcached: JsonObject, router: JsonObject = {}, annotations: JsonObject = {}): JsonObject {
  const metadata = { name: 'zoned', namespace: 'default', annotations }
  return { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata, spec: { memcached, router, paused: true } }
}

async function stored(version: string, name = 'zoned'): Promise<unknown> {
  const { code, stdout, stderr } = await kubectl([
    'get',
    `mcrouters.${version}.mcrouter.example.com/${name}`,
    '-o',
    'json',
  ])
  t.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

t.test(
  'all that it expands to is taken by the API server, and its pods are of the restricted level',
  async (t) => {
    await kubectl(['create', 'namespace', 'strict'])
    await kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/warn=restricted'])
    const spec = EXAMPLE.replace('spec:', 'spec:\n  access: {from: [{podSelector: {}}]}')
    const expansion = expand([{ name: 'zones.yaml', text: spec }], {
      namespace: 'strict',
      limits: requestLimits('render'),
      others: 'refuse',
      settings: { clusterDomain: 'cluster.local' },
    })
    assert(expansion.kind === 'rendered')
    const items = expansion.rendered.flatMap(({ rendering }) => rendering.manifests)
    t.equal(items.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment').length, 6)
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const { code, stdout, stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], { input })
    t.equal(code, 0, stderr)
    t.equal(stderr, '', 'without a warning')
    t.match(stdout, /profiles-copy-2 created/)
  },
)

t.test('it is stored with two routers in each zone, and replicas that count shards', async (t) => {
  const { code, stderr } = await apply(mcrouter({ shards: 1, copies: 3, zones: ['a', 'b', 'c'] }))
  t.equal(code, 0, stderr)
  const now = await stored('v1beta1')
  t.match(at(now, 'spec', 'memcached'), { shards: 1, copies: 3, replicas: 1, zones: ['a', 'b', 'c'] })
  t.equal(at(now, 'spec', 'router', 'replicas'), 6)
  const older = await stored('v1alpha3')
  t.match(at(older, 'spec'), { memcached_pool_size: 1, mcrouter_replicas: 6 })
  t.match(JSON.stringify(at(older, 'metadata', 'annotations')), /zones/)
})

t.test('a zone more is taken, and another one at a place once somebody has consented', async (t) => {
  const four = mcrouter({ shards: 1, copies: 4, zones: ['a', 'b', 'c', 'd'] })
  t.match(await apply(four), { code: 0 })
  const other = { shards: 1, copies: 4, zones: ['a', 'x', 'c', 'd'] }
  const { code, stderr } = await apply(mcrouter(other))
  t.not(code, 0)
  const words = 'main: 1 shards x 4 copies in a,b,c,d to 1 shards x 4 copies in a,x,c,d'
  t.match(stderr, /spec\.memcached\.zones: Forbidden: .*zones\[1\], which is x and was b/)
  t.ok(stderr.includes(words), stderr)
  t.match(await apply(mcrouter(other, {}, { [CONSENT_ANNOTATION]: words })), { code: 0 })
  t.match(at(await stored('v1beta1'), 'spec', 'memcached', 'zones'), ['a', 'x', 'c', 'd'])
})

t.test('what cannot be is refused with the reason', async (t) => {
  for (const [memcached, router, reason] of [
    [{ copies: 2, zones: ['a'] }, {}, /must have 2 zones or more/],
    [{ copies: 2, zones: ['a', 'b', 'c'] }, {}, /must be as many as memcached\.copies, which is 2/],
    [{ copies: 3, zones: ['a', 'b', 'c'] }, { replicas: 2 }, /must be at least 3, one in each zone/],
    [{ copies: 2, zones: ['a', 'b'] }, { placement: 'Node' }, /must be Deployment with zones/],
  ] as const) {
    const { code, stderr } = await apply({
      ...mcrouter(memcached, router),
      metadata: { name: 'refused', namespace: 'default' },
    })
    t.not(code, 0)
    t.match(stderr, reason)
  }
})

t.test('through v1alpha3 its layout is left alone', async (t) => {
  const patch = JSON.stringify({ spec: { memcached_pool_size: 2 } })
  const { code, stderr } = await kubectl([
    'patch',
    'mcrouters.v1alpha3.mcrouter.example.com/zoned',
    '--type=merge',
    '-p',
    patch,
  ])
  t.not(code, 0)
  t.match(stderr, /1 shards x 4 copies, which v1alpha3 has no words for/)
})
