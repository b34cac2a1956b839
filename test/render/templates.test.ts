import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { loadTemplates } from '../../render/engine.ts'

const DIRECTORY = new URL('../../charts/mcrouter/templates/', import.meta.url)
const FILES = readdirSync(DIRECTORY)

t.test('a template pastes nothing raw but another template', async (t) => {
  for (const file of FILES) {
    const raw = readFileSync(new URL(file, DIRECTORY), 'utf8').matchAll(/<%[-_]?\s*~(.*?)%>/gs)
    for (const [tag, code = ''] of raw)
      t.match(code, /^\s*include\('@_[a-z]+\.yaml'[^)]*\)\s*-?$/, `${file}: ${tag}`)
  }
})

t.test('a template is one object, in a file named after its part and kind', async (t) => {
  for (const file of FILES.filter((file) => !file.startsWith('_'))) {
    const [, kind = ''] = /^(?:memcached|mcrouter)-([a-z]+)\.yaml\.eta$/.exec(file) ?? []
    const text = readFileSync(new URL(file, DIRECTORY), 'utf8')
    const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map(([, name = '']) => name.toLowerCase())
    t.same(kinds, [kind], file)
    t.notMatch(text, /^---$/m)
  }
})

t.test('every value comes out as one scalar or flow collection', async (t) => {
  const [template] = loadTemplates(new URL('../fixtures/templates/', import.meta.url))
  t.equal(template?.name, 'echo.yaml')
  const echo = (value: unknown) => template?.render({ value })
  t.equal(echo('a: b\n- c'), 'value: "a: b\\n- c"\n')
  t.equal(echo({ a: ['%', null, 1] }), 'value: {"a":["%",null,1]}\n')
  t.equal(echo('\u2028\u0085\u007f\ufeff'), 'value: "\\u2028\\u0085\\u007f\\ufeff"\n')
  t.equal(echo('<%= 1 %>'), 'value: "<%= 1 %>"\n', 'a value is never a template')
})

t.test('a value that the model does not have stops the rendering', async (t) => {
  const [template] = loadTemplates(new URL('../fixtures/templates/', import.meta.url))
  t.throws(() => template?.render({}), { message: 'A template uses a value that the model does not have.' })
})
