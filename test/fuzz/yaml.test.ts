import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { render } from '../../render/index.ts'
import { FILE_LIMITS, readObjects, requestLimits } from '../../render/parse-objects.ts'
import { print } from '../../render/print.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { hostileString } from '../support/arbitrary/hostile.ts'
import { spoiltYamlMembers, yamlMembers } from '../support/arbitrary/yaml-text.ts'
import { inTurns } from '../support/in-turns.ts'
import { HEAD, kubernetesYaml, type Reading } from '../support/kubernetes-yaml.ts'

/** What Kubernetes refuses as a whole; here it is up to the field, and no field accepts it. */
const REFUSED_LATER = [
  /unsupported value: ([-+]Inf|NaN)/,
  /unsupported map key of type: .*<nil>/,
  /invalid Unicode character escape code/,
  // A key without `?` may have 1024 characters.
  /could not find expected ':'|did not find expected (',' or '[}\]]'|key)/,
  /found a tab character/,
]

/** What only Kubernetes takes: a person is told to write it in another way. */
const REFUSED_HERE = [/unknown tag/, /missed comma between flow collection entries/]

/** YAML 1.1 breaks lines at them, and 1.2 does not; or they are no characters of YAML at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OTHER_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/

/** Where YAML 1.1 and 1.2 themselves differ: a lone `!`, and `:` or `?` beside the punctuation of a flow. */
const OTHER_RULES = /(^|\s)!(\s|$)|:[,}\]]|[{[,]\s*\?/

t.setTimeout(1_200_000)
t.comment(`FUZZ_SEED=${SEED}`)
const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())
const kubernetes = await kubernetesYaml(controlPlane)

function ours(text: string): Reading | 'several' {
  const read = readObjects(text, requestLimits('render'))
  if ('fault' in read) return { refusal: read.fault.message }
  const [first, ...others] = read.objects
  if (others.length > 0) return 'several'
  return { spec: isJsonObject(first?.value) ? inner(first.value.spec) : {} }
}

function texts(members: fc.Arbitrary<string>, runs: number): string[] {
  return (
    fc
      .sample(members, effort(runs))
      // js-yaml ends a block at the very end with a line break, whether there is one or not.
      .map((text) => `${HEAD}${text.replace(/\n?$/, '\n').replaceAll(/^(?=.)/gm, '  ')}`)
      .filter((text) => text.isWellFormed() && !OTHER_CHARACTERS.test(text))
  )
}

/** As JSON has it, mappings as their members in order; Kubernetes spells keys that are large numbers with seven digits. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (!isJsonObject(value)) return value ?? null
  const members = Object.entries(value).map(([key, part]) =>
    JSON.stringify([/^[-+.]?\d|inf/i.test(key) ? 'a number' : key, comparable(part)]),
  )
  return members.sort()
}

function inner(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

t.test('what both read, both read alike', async (t) => {
  const spoilt = texts(spoiltYamlMembers(), 300).filter((text) => !OTHER_RULES.test(text))
  const all = [...texts(yamlMembers(), 300), ...spoilt]
  const readings = await inTurns(all, async (text) => ({
    text,
    theirs: await kubernetes(text),
    own: ours(text),
  }))
  const read = readings.filter(({ theirs, own }) => 'spec' in theirs && own !== 'several' && 'spec' in own)
  const different = read.filter(({ theirs, own }) => !isDeepStrictEqual(comparable(theirs), comparable(own)))
  t.same(different.slice(0, 3), [])
  t.ok(read.length > all.length / 2, `${read.length} of ${all.length} were read by both`)
})

t.test('what is written as it should be is read by both, or neither', async (t) => {
  const all = texts(yamlMembers(), 200)
  const readings = await inTurns(all, async (text) => ({
    text,
    theirs: await kubernetes(text),
    own: ours(text),
  }))
  const disputed = readings.filter(({ theirs, own }) => {
    if (own === 'several') return true
    if ('refusal' in theirs && 'spec' in own) return !REFUSED_LATER.some((why) => why.test(theirs.refusal))
    return 'refusal' in own && 'spec' in theirs && !REFUSED_HERE.some((why) => why.test(own.refusal))
  })
  t.same(disputed.slice(0, 3), [])
})

t.test('kubectl finds the same objects in a file of several documents', async (t) => {
  const all = texts(yamlMembers(), 80).filter((text) => {
    const own = ours(text)
    return own !== 'several' && 'spec' in own
  })
  const readable = (
    await inTurns(all, async (text) => ('spec' in (await kubernetes(text)) ? [text] : []))
  ).flat()
  const file = readable.join('---\n')
  const { code, stdout, stderr } = await controlPlane.kubectl(
    ['create', '--dry-run=client', '--validate=false', '--output=json', '--filename=-'],
    { input: file },
  )
  t.equal(code, 0, stderr)
  const theirs: JsonObject[] = stdout.split(/(?<=^\})\n(?=\{)/m).map((json) => JSON.parse(json))
  const read = readObjects(file, FILE_LIMITS)
  const own = 'objects' in read ? read.objects.map(({ value }) => inner(value)) : []
  t.equal(own.length, readable.length)
  t.strictSame(
    own.map(({ spec }) => comparable(spec)),
    theirs.map(({ spec }) => comparable(spec)),
  )
})

t.test('what is printed is to Kubernetes what was rendered', async (t) => {
  // The others are line breaks to one of the two, or no characters of YAML; no field that is accepted has them.
  const text = hostileString().filter(
    (one) => one.isWellFormed() && !/[\u0085\u2028\u2029\ufeff\ufffe\uffff]/.test(one),
  )
  const pair = fc.tuple(text, text)
  const rendered = fc.sample(pair, effort(60)).map(([key, value]) => {
    const mcrouter = mcrouterWith({ pod: { nodeSelector: Object.fromEntries([[key, value]]) } })
    return { mcrouter, warnings: [], rendering: render(mcrouter, { clusterDomain: 'cluster.local' }) }
  })
  const different = await inTurns(rendered, async (one) => {
    const documents = print([one], 'yaml', 'manifests').split(/^---\n/m)
    const list = documents.map((text) => `  -\n${text.replaceAll(/^(?=.)/gm, '    ')}`).join('')
    const theirs = await kubernetes(`${HEAD}  manifests:\n${list}`)
    const wanted = { spec: { manifests: one.rendering.manifests } }
    return isDeepStrictEqual(comparable(theirs), comparable(wanted)) ? [] : [{ theirs, list }]
  })
  t.same(different.flat().slice(0, 1), [])
})
