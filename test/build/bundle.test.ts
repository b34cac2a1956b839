import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metafile } from 'esbuild'
import t from 'tap'
import { bundle } from '../../build/bundle.ts'
import { FITTING } from '../../build/licences.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { run } from '../../testing/process/command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const example = join(root, 'examples', 'replicated.yaml')

// Laid out as in the image: no sources, no node_modules.
const directory = t.testdir()
const program = join(directory, 'dist', 'mcrouter-operator.js')
const call = (...args: string[]) => run(process.execPath, [program, ...args], { cwd: directory })

let metafile: Metafile

t.before(async () => {
  metafile = await bundle(join(directory, 'dist'))
  await cp(join(root, 'charts', 'mcrouter'), join(directory, 'charts', 'mcrouter'), { recursive: true })
})

t.test('the bundle needs nothing but Node', async (t) => {
  t.strictSame(await call('--version'), { code: 0, stdout: `${packageJson.version}\n`, stderr: '' })
  for (const command of ['server', 'reconciler', 'render']) {
    t.match(await call(command, '--help'), {
      code: 0,
      stdout: new RegExp(`Usage: mcrouter-operator ${command}`),
    })
  }
})

t.test('it renders what the sources render', async (t) => {
  const sources = await run(process.execPath, [
    join(root, 'bin', 'mcrouter-operator.js'),
    'render',
    '-f',
    example,
  ])
  t.strictSame(await call('render', '-f', example), sources)
})

t.test('each process loads only what it always needs', async (t) => {
  const server = startedWith('server/main.ts')
  const reconciler = startedWith('reconciler/main.ts')
  t.ok(server.has('fastify') && server.has('js-yaml'))
  t.ok(reconciler.has('js-yaml'))
  const rarely = ['@kubernetes/client-node', '@peculiar/x509', 'yaml']
  for (const name of rarely) t.notOk(server.has(name), `the server without ${name}`)
  for (const name of [...rarely, 'fastify']) t.notOk(reconciler.has(name), `the reconciler without ${name}`)
  const inputs = Object.keys(metafile.inputs)
  const generators = inputs.filter((path) => /^(build|schemas\/generate)\/|\/@fastify\/swagger\//.test(path))
  t.same(generators, [], 'and nothing makes what npm run generate has made')
  t.ok(
    inputs.includes('server/generated/openapi.json') &&
      inputs.includes('schemas/generated/v1alpha3/spec-errors.js'),
  )
})

t.test('it brings the licences of what it is made of', async (t) => {
  const text = await readFile(join(directory, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  const sections = text.split('\n===== ').slice(1)
  for (const name of ['fastify', '@kubernetes/client-node', 'eta', '@peculiar/x509']) {
    const section = sections.find((one) => one.startsWith(`${name} `))
    t.match(section, /Permission is hereby granted|Apache License/, name)
  }
  for (const section of sections) {
    const [title = ''] = section.split('\n', 1)
    t.match(title, /^\S+ \d+\.\d+\.\d+\S*: \S+$/)
    t.ok(FITTING.has(title.split(': ')[1] ?? ''), title)
  }
})

t.test('it has no file but modules, their maps and the licences', async (t) => {
  const others = (await readdir(join(directory, 'dist'))).filter((file) => !/\.js(\.map)?$/.test(file))
  t.strictSame(others, ['THIRD-PARTY-LICENSES.txt'])
})

t.test('the image has the templates where the bundle looks for them', async (t) => {
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8')
  t.match(dockerfile, /COPY --from=build \/src\/charts\/mcrouter \.\/charts\/mcrouter\n/)
})

/** The packages of the chunk of that module and of those that it imports, other than on demand. */
function startedWith(module: string): Set<string> {
  const [entry] = Object.keys(metafile.outputs).filter(
    (path) => metafile.outputs[path]?.entryPoint === module,
  )
  const chunks = new Set(entry === undefined ? [] : [entry])
  for (const chunk of chunks) {
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === 'import-statement' && metafile.outputs[path] !== undefined) chunks.add(path)
  }
  const modules = [...chunks].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {}))
  return new Set(modules.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own'))
}
