import t from 'tap'
import { run } from './terminal.ts'

const [MEMCACHED, MCROUTER] = ['registry.example.com/memcached:1.6.1', 'registry.example.com/mcrouter:2']
const FLAGS = [`--default-memcached-image=${MEMCACHED}`, `--default-mcrouter-image=${MCROUTER}`]

function cache(spec: string): string {
  return `apiVersion: mcrouter.example.com/v1beta1\nkind: Mcrouter\nmetadata: {name: cache}\nspec: ${spec}\n`
}

t.test('every command that reads Mcrouters takes the default images of the operator', async (t) => {
  for (const command of [['render'], ['convert', '--to=v1alpha3']]) {
    const { code, out } = await run([...command, '-f', '-', ...FLAGS], cache('{}'))
    t.equal(code, 0)
    for (const image of [MEMCACHED, MCROUTER]) t.ok(out.includes(image), `${command} prints ${image}`)
    const own = await run(
      [...command, '-f', '-', ...FLAGS],
      cache('{memcached: {image: "memcached:1.6.39"}, router: {image: "mcrouter:9"}}'),
    )
    t.notMatch(own.out, 'registry.example.com', 'which say nothing to a spec that names its own')
    t.match(own.out, 'memcached:1.6.39')
  }
  t.match(await run(['explain', '-f', '-', '-k', 'a', ...FLAGS], cache('{}')), { code: 0, error: '' })
})

t.test('and refuses one that is none', async (t) => {
  for (const command of [['render'], ['convert'], ['explain', '-k', 'a']]) {
    for (const flag of ['--default-memcached-image', '--default-mcrouter-image']) {
      const { code, error } = await run([...command, '-f', '-', `${flag}=UPPER`], cache('{}'))
      t.equal(code, 2)
      t.match(error, `${flag}: "UPPER" is not an image reference`)
    }
  }
})
