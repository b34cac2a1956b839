import t from 'tap'
import { judgeStored } from '../../../schemas/conversion/stored-form.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { specUnchanged } from '../../../schemas/validation/unchanged.ts'
import { ACCESS_ANNOTATION } from '../../../schemas/well-known.ts'
import { object as v1alpha3 } from '../mcrouter.ts'
import { objectOf, said } from './judged.ts'
import { BOTH } from './version.ts'

const POD = { podSelector: { matchLabels: { 'uses-cache': 'true' } } }
const PEERS = [
  POD,
  { namespaceSelector: {} },
  {
    podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['web', 'api'] }] },
    namespaceSelector: { matchExpressions: [{ key: 'example.com/gone', operator: 'DoesNotExist' }] },
  },
  { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
]

t.test('every kind of peer is taken, as it is', async (t) => {
  const judgement = judge(objectOf({ access: { from: PEERS } }), { versions: BOTH })
  t.ok(judgement.accepted)
  if (judgement.accepted) t.strictSame(judgement.mcrouter.access, { from: PEERS })
  const without = judge(objectOf({}), { versions: BOTH })
  if (without.accepted) t.notOk('access' in without.mcrouter, 'everybody, where nothing is said')
})

/** What is said of a list of peers, and where in it. */
const REFUSED: readonly (readonly [at: string, what: RegExp, from: readonly unknown[]])[] = [
  ['', /: must be a list of 1 to 32 peers; to admit everybody, leave access out$/, []],
  ['', /must have at most 32 items, has 33$/, Array(33).fill(POD)],
  ['[0]', /: must have podSelector, namespaceSelector or both, or else ipBlock/, [{}]],
  ['[1]', /: must have no podSelector .* beside ipBlock/, [POD, { ...POD, ipBlock: { cidr: '10.0.0.0/8' } }]],
  ['[0].ipBlock.cidr', /: "10.0.0.0": must be a range of addresses/, [{ ipBlock: { cidr: '10.0.0.0' } }]],
  ['[0].ipBlock.cidr', /: Required value: must be a range/, [{ ipBlock: {} }]],
  [
    '[0].ipBlock.except[0]',
    /: "11.0.0.0\/16": must be a smaller range within 10.0.0.0\/8$/,
    [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }],
  ],
  [
    '[0].podSelector.matchLabels',
    /: must be a label key/,
    [{ podSelector: { matchLabels: { 'a b': 'c' } } }],
  ],
  [
    '[0].podSelector.matchExpressions[0].values',
    /: must have at least one value with operator In$/,
    [{ podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }],
  ],
  [
    '[0].namespaceSelector.matchExpressions[0].values',
    /: must be left out with operator Exists$/,
    [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }],
  ],
  ['[0].podSelectors', /: unknown field; did you mean podSelector\?$/, [{ podSelectors: {} }]],
]

t.test('what no NetworkPolicy could say is refused, in the field and in the annotation', async (t) => {
  for (const [at, what, from] of REFUSED) {
    for (const [path, lines] of [
      ['spec.access.from', said({ access: { from } }, 'file')],
      [`metadata.annotations["${ACCESS_ANNOTATION}"]`, saidOf(JSON.stringify(from))],
    ] as const) {
      const line = lines.find((one) => what.test(one)) ?? ''
      t.ok(line.startsWith(`${path}${at}`), `${path}${at}: ${lines.join('\n')}`)
    }
  }
  t.match(said({ access: {} }), [/^spec\.access\.from: Required value: must be a list of 1 to 32 peers/])
})

t.test('an annotation that is no such list is refused, with one that is', async (t) => {
  for (const text of ['', 'everybody', '{"from":[]}', '[{"podSelector":{}}', 'null', '"[]"'])
    t.match(
      saidOf(text),
      [/must be JSON, a list of peers of a NetworkPolicy such as \[\{"podSelector":/],
      text,
    )
  t.match(saidOf('[{"podSelector":{"__proto__":{}}}]'), [/__proto__/])
  t.match(saidOf(`[${JSON.stringify(POD)}${' '.repeat(4096)}]`), [/must have at most 4096 characters, has/])
})

t.test('the annotation says it in every version, as the field does', async (t) => {
  const metadata = annotated(JSON.stringify(PEERS))
  for (const object of [
    objectOf({}, metadata),
    v1alpha3({}, { name: 'cache', namespace: 'shop', ...metadata }),
  ]) {
    const judgement = judgeStored(object, { versions: BOTH })
    t.ok(judgement.accepted)
    if (judgement.accepted) t.strictSame(judgement.mcrouter.access, { from: PEERS })
  }
})

t.test('both together are refused, also where v1alpha3 does not show the field', async (t) => {
  const both = objectOf({ access: { from: [POD] } }, annotated('[{"podSelector":{}}]'))
  const judgement = judge(both, { versions: BOTH })
  t.notOk(judgement.accepted)
  if (!judgement.accepted)
    t.match(judgement.violations, [{ message: /access of v1beta1 says who may connect/ }])
  const kept = { 'mcrouter.example.com/v1beta1': JSON.stringify({ access: { from: [POD] } }) }
  const hidden = (more: JsonObject) =>
    judgeStored(v1alpha3({}, { name: 'cache', namespace: 'shop', annotations: { ...kept, ...more } }), {
      versions: BOTH,
    })
  t.ok(hidden({}).accepted)
  const refused = hidden({ [ACCESS_ANNOTATION]: JSON.stringify([POD]) })
  t.notOk(refused.accepted)
})

t.test('an update of the annotation alone is judged, but not one that takes it away', async (t) => {
  const stored = v1alpha3({})
  const walled = v1alpha3({}, { name: 'cache', ...annotated('everybody') })
  t.equal(specUnchanged(walled, stored), false)
  t.equal(specUnchanged(walled, walled), true)
  t.equal(specUnchanged(stored, walled), true)
})

function annotated(text: string) {
  return { annotations: { [ACCESS_ANNOTATION]: text } }
}

/** What is said against a v1alpha3 object with that annotation. */
function saidOf(text: string): string[] {
  const judgement = judge(v1alpha3({}, { name: 'cache', namespace: 'shop', ...annotated(text) }))
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}
