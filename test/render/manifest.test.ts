import t from 'tap'
import { KINDS } from '../../render/kinds.ts'
import { ManifestError, parseManifest } from '../../render/manifest.ts'
import { markOf } from '../../render/template-output.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

const OURS = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cache-memcached', namespace: 'shop', labels: {} },
}

t.test('an object of the Mcrouter is let through', async (t) => {
  t.strictSame(parse(JSON.stringify(OURS)), OURS)
  t.strictSame(parse(JSON.stringify(named('cache'))), named('cache'))
})

t.test('nothing else is', async (t) => {
  const { labels, ...noLabels } = OURS.metadata
  t.ok(labels)
  const others: readonly (readonly [string, unknown])[] = [
    ['another kind', { ...OURS, kind: 'Secret' }],
    ['the same kind of another group', { ...OURS, apiVersion: 'serving.knative.dev/v1' }],
    [
      'a cluster-scoped object',
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: OURS.metadata },
    ],
    ['another namespace', { ...OURS, metadata: { ...OURS.metadata, namespace: 'kube-system' } }],
    ['no namespace', { ...OURS, metadata: { name: 'cache', labels: {} } }],
    ['another name', named('kubernetes')],
    ['a name that only begins like its own', named('cachet')],
    ['no labels', { ...OURS, metadata: noLabels }],
    ['labels that are no text', { ...OURS, metadata: { ...OURS.metadata, labels: { a: 1 } } }],
    ['a list', [OURS]],
    ['nothing', null],
  ]
  for (const [what, value] of others) t.throws(() => parse(JSON.stringify(value)), ManifestError, what)
})

t.test('what makes more of a text than is written in it is refused', async (t) => {
  for (const yaml of [
    'a: &b 1',
    '&a {b: 1}',
    'a: &x\n  b: 1',
    '- &a b',
    'a: *b',
    'a: !env HOME',
    '!!js/undefined a',
    'a: 1\n---\nb: 2',
  ]) {
    t.throws(
      () => parse(yaml),
      { code: 'MCR_ERR_MANIFEST', message: /^charts\/mcrouter: x\.yaml: (?!is not)/ },
      yaml,
    )
  }
})

t.test('values come into their places as they are', async (t) => {
  const yaml = `${JSON.stringify(OURS).slice(0, -1)}, data: {${markOf(0)}: ${markOf(1)}, list: [${markOf(1)}, {a: ${markOf(2)}}]}}`
  const fill = (...values: unknown[]) => parse(yaml, ...values)?.data
  t.strictSame(fill('key', 'a: b\n- &c', 7), { key: 'a: b\n- &c', list: ['a: b\n- &c', { a: 7 }] })
  t.strictSame(fill('other', { b: [markOf(0)] }, null), {
    other: { b: [markOf(0)] },
    list: [{ b: [markOf(0)] }, { a: null }],
  })
  const made = fill('__proto__', { polluted: true }, 0)
  t.strictSame(Object.keys(Object(made)), ['__proto__', 'list'], 'a key is a key, whatever it is called')
  t.notOk('polluted' in Object(made))
})

t.test('a value that is a part of a text is refused', async (t) => {
  for (const yaml of [
    `a: b-${markOf(0)}`,
    `a: ${markOf(0)}-b`,
    `${markOf(0)}${markOf(1)}: a`,
    `- "${markOf(0)} "`,
  ])
    t.throws(() => parse(yaml, 'x', 'y'), { code: 'MCR_ERR_MANIFEST', message: /whole YAML scalar/ }, yaml)
})

t.test('the fault names the template and the place', async (t) => {
  t.throws(() => parse('kind: Service\n  bad: 1'), { message: /^charts\/mcrouter: x\.yaml: .*\(2:6\)/ })
})

t.test('a template that prints nothing makes no object', async (t) => {
  for (const yaml of ['', '\n', '  \n# Only where the spec asks for it.\n']) t.equal(parse(yaml), undefined)
  for (const yaml of ['---\n', '~', '# a\n{}']) t.throws(() => parse(yaml), ManifestError, yaml)
})

function named(name: string) {
  return { ...OURS, metadata: { ...OURS.metadata, name } }
}

function parse(yaml: string, ...values: unknown[]) {
  return parseManifest('x.yaml', { text: yaml, values }, mcrouterWith(), KINDS)
}
