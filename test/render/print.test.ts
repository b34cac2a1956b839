import fc from 'fast-check'
import { CORE_SCHEMA, loadAll as loadCore } from 'js-yaml'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import type { Rendered } from '../../render/expansion.ts'
import { render } from '../../render/index.ts'
import { print } from '../../render/print.ts'
import { digest } from '../../routing/digest.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { hostileString } from '../support/arbitrary/hostile.ts'

t.test(
  'YAML: every document says for which Mcrouter it is, and the first one what is to be said about it',
  async (t) => {
    const text = print([rendered('a', ['one router is no spare']), rendered('b')], 'yaml', 'manifests')
    const documents = text.split('---\n')
    t.equal(documents.length, 14)
    for (const [index, document] of documents.entries()) {
      t.ok(document.startsWith(`# Mcrouter shop/${index < 7 ? 'a' : 'b'}\n`))
    }
    t.ok(documents[0]?.startsWith('# Mcrouter shop/a\n# Warning: one router is no spare\napiVersion: v1\n'))
  },
)

t.test("YAML: mcrouter's configuration can be read as it stands", async (t) => {
  t.match(
    print([rendered('a')], 'yaml', 'manifests'),
    '  config.json: |\n    {\n      "pools": {\n        "memcached": {\n',
  )
})

t.test('YAML: a reader of YAML 1.1, as kubectl is, and one of 1.2 read what was rendered', async () => {
  // The two are no characters of YAML, nor of any field that is accepted.
  const texts = hostileString().filter((text) => !/[\ufffe\uffff]/.test(text))
  fc.assert(
    fc.property(texts, texts, (key, value) => {
      const one = rendered('a', [], { pod: { nodeSelector: Object.fromEntries([[key, value]]) } })
      const text = print([one], 'yaml', 'manifests')
      const wanted = JSON.stringify(one.rendering.manifests)
      const newer = JSON.stringify(loadCore(text, null, { schema: CORE_SCHEMA }))
      const older = JSON.stringify(
        parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS()),
      )
      if (newer !== wanted || older !== wanted) throw new Error(text)
    }),
    effort(200),
  )
})

t.test('JSON: manifests, warnings, configuration and digest of each Mcrouter', async (t) => {
  const one = rendered('a', ['beware'])
  t.same(JSON.parse(print([one], 'json', 'manifests')), [
    { name: 'a', namespace: 'shop', warnings: ['beware'], ...one.rendering },
  ])
  t.same(JSON.parse(print([one], 'json', 'config')), [
    {
      name: 'a',
      namespace: 'shop',
      warnings: ['beware'],
      config: one.rendering.config,
      digest: one.rendering.digest,
    },
  ])
})

t.test('config: of one Mcrouter the exact bytes that its digest is of', async (t) => {
  const one = rendered('a')
  t.equal(digest(print([one], 'yaml', 'config')), one.rendering.digest)
})

t.test('config: of several each under a comment, as mcrouter has them', async (t) => {
  const both = [rendered('a'), rendered('b')]
  const [a, b] = both.map(({ rendering }) => rendering.config)
  t.equal(print(both, 'yaml', 'config'), `// Mcrouter shop/a\n${a}\n// Mcrouter shop/b\n${b}`)
})

function rendered(name: string, warnings: readonly string[] = [], rest = {}): Rendered {
  const mcrouter = mcrouterWith({ name, ...rest })
  return { mcrouter, warnings, rendering: render(mcrouter, { clusterDomain: 'cluster.local' }) }
}
