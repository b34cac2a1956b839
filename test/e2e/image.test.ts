import { basename } from 'node:path'
import t from 'tap'
import type { Inventory } from './agent/inventory.ts'
import { imageInventory } from './support/image-inventory.ts'
import { namespace } from './support/namespace.ts'

const NAMESPACE = 'mcrouter-e2e-image'

/** What turns a way in into a foothold. */
const TOOLS = new Set(
  'sh bash dash ash zsh busybox env su sudo apt apt-get dpkg apk rpm yum dnf npm npx yarn corepack pip perl python3 curl wget nc ssh gcc'.split(
    ' ',
  ),
)

let inventory: Inventory
const files = () => inventory.entries.filter(({ directory }) => !directory)
const paths = () => files().map(({ path }) => path)

t.before(async () => {
  await namespace(t, NAMESPACE)
  inventory = await imageInventory(NAMESPACE)
})

t.test('it runs as somebody without rights of their own', async (t) => {
  t.match(inventory, { uid: 65532, gid: 65532 })
  const privileged = files().filter(({ mode }) => (mode & 0o6000) !== 0)
  t.strictSame(privileged, [], 'nothing changes the user that runs it')
})

t.test('there is no shell, no package manager and nothing to fetch with', async (t) => {
  t.ok(paths().includes('/nodejs/bin/node'))
  t.strictSame(
    paths().filter((path) => TOOLS.has(basename(path))),
    [],
  )
})

t.test('the program is its bundle, its templates and the licences of its parts', async (t) => {
  const program = paths().filter((path) => path.startsWith('/app/'))
  const unexpected = program.filter(
    (path) =>
      !/^\/app\/(package\.json|dist\/[^/]+\.js(\.map)?|charts\/mcrouter\/(Chart\.yaml|templates\/[^/]+\.yaml\.eta))$/.test(
        path,
      ) && path !== '/app/dist/THIRD-PARTY-LICENSES.txt',
  )
  t.strictSame(unexpected, [])
  t.ok(program.includes('/app/dist/mcrouter-operator.js'))
  t.ok(program.includes('/app/dist/THIRD-PARTY-LICENSES.txt'))
  t.strictSame(
    paths().filter((path) => path.includes('/node_modules/')),
    [],
    'and not its sources or dependencies',
  )
})

t.test('the program cannot be changed by who runs it', async (t) => {
  const writable = inventory.entries.filter(
    ({ path, mode, uid }) => path.startsWith('/app') && (uid === 65532 || (mode & 0o022) !== 0),
  )
  t.strictSame(writable, [])
})

t.test('what is in it is listed', async (t) => {
  for (const path of paths().filter((path) => path.startsWith('/app/'))) t.comment(path)
  t.comment(`${paths().length} files in all`)
  t.ok(paths().length < 5000)
})
