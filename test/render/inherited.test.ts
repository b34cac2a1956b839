import { loadAll } from 'js-yaml'
import t from 'tap'
import { expand } from '../../render/expand.ts'
import { requestLimits } from '../../render/parse-objects.ts'
import { print } from '../../render/print.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { at, atPath } from '../support/at.ts'
import { manifestsOf } from './rendered.ts'

const NOTE = 'a: "b"\n  - c: {d}\n---\nkind: Secret # <%= 1 %> {{ 2 }}'
const INHERITED = { labels: { team: 'red' }, annotations: { 'example.com/note': NOTE }, omitted: [] }

t.test(
  'every object has what is inherited, and so have the pods of both tiers; no selector has',
  async (t) => {
    const plain = manifestsOf(mcrouterWith())
    const manifests = manifestsOf(mcrouterWith({ inherited: INHERITED }))
    t.equal(manifests.length, 7)
    const { labels, annotations } = INHERITED
    for (const [index, manifest] of manifests.entries()) {
      t.match(manifest.metadata, { labels, annotations }, `${manifest.kind} ${manifest.metadata.name}`)
      t.strictSame(atPath(manifest, 'spec.selector'), atPath(plain[index], 'spec.selector'))
      const pod = atPath(manifest, 'spec.template')
      if (pod === undefined) continue
      t.match(at(pod, 'metadata'), { labels, annotations })
      t.strictSame(at(pod, 'spec'), atPath(plain[index], 'spec.template.spec'))
    }
  },
)

t.test('labels of ours win', async (t) => {
  const labels = { 'app.kubernetes.io/component': 'mcrouter', 'app.kubernetes.io/managed-by': 'me' }
  const manifests = manifestsOf(mcrouterWith({ inherited: { ...INHERITED, labels } }))
  t.strictSame(
    manifests.map((one) => one.metadata.labels),
    manifestsOf(mcrouterWith()).map((one) => one.metadata.labels),
  )
})

t.test('without any, nothing is rendered for them', async (t) => {
  for (const manifest of manifestsOf(mcrouterWith())) {
    t.equal(manifest.metadata.annotations, undefined)
    t.strictSame(Object.keys(Object(atPath(manifest, 'spec.template.metadata') ?? { labels: 0 })), ['labels'])
  }
})

t.test('an author passes on what the operator names and nothing more, and text stays text', async (t) => {
  const text = JSON.stringify({
    apiVersion: 'mcrouter.example.com/v1alpha3',
    kind: 'Mcrouter',
    metadata: {
      name: 'cache',
      labels: { team: 'red', tier: 'web' },
      annotations: { 'example.com/note': NOTE, 'mcrouter.example.com/adopt': 'roll' },
    },
  })
  const expansion = expand([{ name: 'it', text }], {
    namespace: 'shop',
    settings: { clusterDomain: 'cluster.local' },
    inherit: { labels: ['team'], annotations: ['example.com/'] },
    limits: requestLimits('render'),
    others: 'refuse',
  })
  if (expansion.kind !== 'rendered') return t.fail(expansion.kind)
  const read = loadAll(print(expansion.rendered, 'yaml', 'manifests'))
  t.strictSame(read, expansion.rendered[0]?.rendering.manifests)
  for (const manifest of read) {
    t.strictSame(atPath(manifest, 'metadata.annotations'), { 'example.com/note': NOTE })
    t.equal(atPath(manifest, 'metadata.labels.team'), 'red')
    t.equal(atPath(manifest, 'metadata.labels.tier'), undefined)
  }
})
