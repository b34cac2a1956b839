import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { loadTemplates } from '../../render/engine.ts'
import { markOf } from '../../render/template-output.ts'

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

t.test('a value never becomes text', async (t) => {
  const [template] = loadTemplates(new URL('../fixtures/templates/', import.meta.url))
  t.equal(template?.name, 'echo.yaml')
  for (const value of ['a: b\n- c', { a: ['%', null, 1] }, '\u2028\u0085\u007f\ufeff', '<%= 1 %>', '\ue0000'])
    t.strictSame(template?.render({ value }), { text: `value: ${markOf(0)}\n`, values: [value] })
})

t.test('a value that the model does not have stops the rendering', async (t) => {
  const [template] = loadTemplates(new URL('../fixtures/templates/', import.meta.url))
  t.throws(() => template?.render({}), { message: 'A template uses a value that the model does not have.' })
})
