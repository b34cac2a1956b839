import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t from 'tap'
import { chartReadme } from '../../build/chart-readme.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { atPath } from '../support/at.ts'
import { CHART, helm } from './chart.ts'

const chart: unknown = load(readFileSync(`${CHART}/Chart.yaml`, 'utf8'))
const values = readFileSync(`${CHART}/values.yaml`, 'utf8')

t.test('helm lint has nothing to recommend', async (t) => {
  const { stdout } = await helm(4, 'lint', '--strict', CHART)
  t.notMatch(stdout, /\[(INFO|WARNING|ERROR)\]/)
})

t.test('the icon is the one in the repository', async (t) => {
  const path = String(atPath(chart, 'icon')).split('/main/')[1] ?? ''
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url))
  t.ok(path.endsWith('.svg') && existsSync(file), path)
  t.match(readFileSync(file, 'utf8'), /^<svg [^>]*viewBox/)
})

// https://artifacthub.io/docs/topics/annotations/helm/
t.test('what Artifact Hub reads is true of this release', async (t) => {
  const annotations = atPath(chart, 'annotations')
  const read = (name: string) => load(String(Reflect.get(Object(annotations), `artifacthub.io/${name}`)))
  t.match(atPath(chart, 'appVersion'), packageJson.version)
  const image: unknown = atPath(load(values), 'image.repository')
  t.match(read('images'), [{ image: `${image}:${packageJson.version}` }])
  const [example] = [read('crdsExamples')].flat()
  if (!isJsonObject(example)) return t.fail('no example')
  t.match(judge(example, { source: 'file' }), { accepted: true, warnings: [] })
  const [crd] = [read('crds')].flat()
  t.equal(atPath(crd, 'name'), 'mcrouters.mcrouter.example.com')
})

t.test('a value that values.yaml does not explain does not get into the README', async (t) => {
  const schema: JsonObject = { properties: { one: { type: 'string' }, two: { properties: { three: {} } } } }
  const explained = '# First.\none: ""\n# Second.\ntwo:\n  # Third.\n  three: {}\n'
  t.match(
    chartReadme(explained, schema),
    /`one` \| `""` \| string \| First\.[\s\S]*### two[\s\S]*`two\.three`.*Third/,
  )
  t.throws(() => chartReadme(explained.replace('# First.\n', ''), schema), /does not say what one is/)
  t.throws(() => chartReadme(explained.replace('one:', 'four:'), schema), /does not have four/)
})
