import { globSync } from 'node:fs'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../../testing/process/command.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDERS = [
  'certs',
  'cli',
  'copier',
  'exporter',
  'process',
  'reconciler',
  'render',
  'routing',
  'schemas',
  'server',
  'text',
]
const UNION = "export type Topology = 'replicated' | 'sharded'"

t.test('a third topology compiles once the two tables have its entry, and not before', async (t) => {
  const directory = t.testdir()
  // With what writes the OpenAPI document: it brings the types of the routes' descriptions.
  const compiled = [...FOLDERS, 'build']
  // The dashboard's picture is drawn with what tests share.
  const filter = (path: string) => !path.includes(join('build', 'dashboard'))
  for (const folder of compiled)
    await cp(join(ROOT, folder), join(directory, folder), { recursive: true, filter })
  await cp(join(ROOT, 'package.json'), join(directory, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  const config = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'))
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ ...config, include: compiled }))

  const hub = join(directory, 'schemas/mcrouter.ts')
  const source = await readFile(hub, 'utf8')
  t.ok(source.includes(UNION))
  await writeFile(hub, source.replace(UNION, `${UNION} | 'mirrored'`))
  // tap has every Node process load its own hooks, with which tsc does not start.
  const withoutHooks = ['-c', 'unset NODE_OPTIONS; exec "$0" "$@"']
  const tsc = [process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false']
  const { stdout, stderr } = await run('/bin/sh', [...withoutHooks, ...tsc], { cwd: directory })
  const errors = stdout.split('\n').filter((line) => line.includes(': error TS'))
  t.strictSame(
    errors.map((line) => line.slice(0, line.indexOf('('))),
    ['schemas/layout.ts', 'schemas/topologies.ts'],
    stdout + stderr,
  )
  for (const error of errors) t.match(error, "Property 'mirrored' is missing")
})

t.test('nothing else asks for a topology by its name', async (t) => {
  const product = globSync(`{${FOLDERS.join(',')}}/**/*.ts`, { cwd: ROOT })
  const asking: string[] = []
  for (const file of product) {
    const code = await readFile(join(ROOT, file), 'utf8')
    if (/['"`](replicated|sharded)['"`]/.test(code)) asking.push(file)
  }
  // Its type, how one of so many servers is laid out, and how one version of the API spells it.
  t.strictSame(asking.toSorted(), ['schemas/layout.ts', 'schemas/mcrouter.ts', 'schemas/v1alpha3/spec.ts'])
})
