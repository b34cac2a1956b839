import t from 'tap'
import {
  type Inheritance,
  inheritanceComplaint,
  inheritedFrom,
  LONGEST_INHERITED,
  MOST_INHERITED,
} from '../../schemas/inheritance.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { object } from './mcrouter.ts'

const INHERIT: Inheritance = { labels: ['team', 'example.com/'], annotations: ['mesh.example.com/'] }

t.test('what is named is passed on, by its key or its domain, and nothing else', async (t) => {
  const labels = { team: 'red', teams: 'x', 'example.com/cost': '42', 'a.example.com/cost': 'x' }
  const annotations = { 'mesh.example.com/inject': 'false', 'mesh.example.com': 'x', team: 'x' }
  t.strictSame(inheritedFrom({ labels, annotations }, INHERIT), {
    labels: { 'example.com/cost': '42', team: 'red' },
    annotations: { 'mesh.example.com/inject': 'false' },
    omitted: [],
  })
  t.strictSame(inheritedFrom(undefined, INHERIT), { labels: {}, annotations: {}, omitted: [] })
})

t.test('what the operator or Kubernetes tells objects by is never passed on, nor may be named', async (t) => {
  const keys = ['app', 'app.kubernetes.io/name', 'pod-template-hash', 'mcrouter.example.com/adopt']
  const map = Object.fromEntries(keys.map((key) => [key, 'x']))
  const all: Inheritance = { labels: keys, annotations: [...keys, 'mcrouter.example.com/'] }
  t.strictSame(inheritedFrom({ labels: map, annotations: map }, all), {
    labels: {},
    annotations: {},
    omitted: [],
  })
  for (const key of [...keys, 'app.kubernetes.io/', 'kubectl.kubernetes.io/restartedAt'])
    t.match(inheritanceComplaint(key), /never inherited/, key)
  for (const key of ['', '/', '*', 'a b', 'Example.com/', 'example.com/a/b', '__proto__'])
    t.match(inheritanceComplaint(key), /neither a key/, key)
  for (const key of ['team', 'example.com/team', 'example.com/', 'kubernetes.io/'])
    t.equal(inheritanceComplaint(key), undefined, key)
})

t.test('no more is passed on than is bounded, and the author is told', async (t) => {
  const labels = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`example.com/k${index}`, '']))
  const annotations = {
    'mesh.example.com/short': 'x'.repeat(LONGEST_INHERITED),
    'mesh.example.com/long': 'é'.repeat(LONGEST_INHERITED / 2 + 1),
  }
  const inherited = inheritedFrom({ labels, annotations }, INHERIT)
  t.equal(Object.keys(inherited.labels).length, MOST_INHERITED)
  t.strictSame(Object.keys(inherited.annotations), ['mesh.example.com/short'])
  t.equal(inherited.omitted.length, 20 - MOST_INHERITED + 1)
  const judgement = judge(object({}, { name: 'cache', namespace: 'shop', labels, annotations }), {
    inherit: INHERIT,
  })
  t.match(judgement, {
    warnings: [/^metadata: "example\.com\/k\d" and 4 more not inherited .*at most 16 labels/],
  })
  t.ok('warnings' in judgement && judgement.warnings.every((warning) => warning.length <= 256))
})

t.test('a change of what pods inherit is warned of as a restart, beside a change of the spec', async (t) => {
  const of = (team: string, spec: object) =>
    object(spec, { name: 'cache', namespace: 'shop', labels: { team } })
  const warnings = (inherit: Inheritance, team: string) => {
    const judgement = judge(of(team, { mcrouter_replicas: 3 }), { stored: of('red', {}), inherit })
    return judgement.accepted ? judgement.warnings : ['refused']
  }
  t.match(warnings(INHERIT, 'blue'), [/restarts the memcached servers one by one/])
  t.strictSame(warnings(INHERIT, 'red'), [])
  t.strictSame(warnings({ labels: [], annotations: [] }, 'blue'), [])
})
