import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { McrouterSpec } from '../schemas/v1alpha3/spec.ts'
import { VERSIONS } from '../schemas/versions.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const CONTRIBUTING = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')

/** Folders of the product, and which others each may import from. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  schemas: ['text'],
  process: ['text'],
  routing: ['text', 'schemas'],
  render: ['text', 'schemas', 'routing', 'process'],
  certs: ['schemas', 'process'],
  server: ['text', 'schemas', 'routing', 'render', 'certs', 'process'],
  reconciler: ['text', 'schemas', 'routing', 'render', 'certs', 'process'],
  exporter: ['text', 'schemas', 'routing', 'render', 'process', 'reconciler'],
  copier: ['text', 'routing', 'process', 'certs'],
  cli: ['text', 'process', 'render', 'server', 'reconciler', 'exporter', 'copier'],
}

/** Libraries that one part of the product owns, so that replacing one stays a local change. */
const OWNERS: readonly (readonly [library: string, owner: string])[] = [
  ['ajv', 'schemas/'],
  ['eta', 'render/engine.ts'],
  ['@kubernetes/client-node', 'reconciler/kube/'],
  ['fastify', 'server/'],
  ['@fastify', 'server/'],
  ['@peculiar/x509', 'certs/'],
]

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = /(^|\/)(utils?|helpers?|common|managers?|types?|constants?|misc|shared|lib)(\/|\.ts$)/

/** A specification may be longer: its tests are read one at a time. */
const MOST_LINES = { product: 250, specification: 300 }

const VERSIONS_OWN = Object.keys(VERSIONS)
  .map((name) => `schemas/${name}/`)
  .concat('schemas/generated/')

const product = globSync(`{${Object.keys(LAYERS).join(',')}}/**/*.ts`, { cwd: ROOT })
const everything = globSync('{*,!(node_modules|dist)/**/*}.ts', {
  cwd: ROOT,
  exclude: ['node_modules', '.tap', 'dist'],
})

/** What a module imports or re-exports, types included, as written. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  const pattern = /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'/gm
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Of the package or scope itself, or of something in it. */
function isOf(library: string, specifier: string): boolean {
  return specifier === library || specifier.startsWith(`${library}/`)
}

/** Those of which each depends on one that depends on it, or leads to such. */
function circular(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Map(dependencies)
  for (let size = -1; size !== left.size; ) {
    size = left.size
    for (const [one, others] of left) {
      if (![...others].some((other) => left.has(other))) left.delete(one)
    }
  }
  return [...left.keys()]
}

/** Functions that connect or listen, of those that a module imports. */
function openers(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  const imports = source.matchAll(
    /^import \{([^}]*)\} from '(?:node:(?:net|tls|https?|http2|dgram|dns(?:\/promises)?)|undici)'/gm,
  )
  const names = [...imports].flatMap(([, list = '']) => list.split(','))
  const opened = names
    .map((name) => name.trim())
    .filter((name) =>
      /^(connect|request|get|fetch|createServer|Resolver|lookup|resolve\w*|\w*Agent)\b/.test(name),
    )
  return /[^.\w]fetch\(/.test(source) ? [...opened, 'fetch'] : opened
}

/** The modules of the product that a module imports, types included. */
function importedBy(file: string): string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(file), specifier)))
}

/** Whether a module is one version's own, by hand or generated. */
function isOfVersion(path: string): boolean {
  return VERSIONS_OWN.some((folder) => path.startsWith(folder))
}

/** `kube` of a file in reconciler/kube/; undefined for one that is in no room of that part. What is generated has none. */
function roomIn(part: string, file: string): string | undefined {
  if (!file.startsWith(`${part}/`)) return undefined
  const [room, inside] = file.slice(part.length + 1).split('/')
  return inside === undefined || room === 'generated' ? undefined : room
}

function layerOf(path: string): string {
  return path.split('/')[0] ?? ''
}

t.test('the layers depend on each other in one direction only', (t) => {
  for (const file of product) {
    const from = layerOf(file)
    const allowed = [from, ...(LAYERS[from] ?? [])]
    const forbidden = importedBy(file).filter(
      (target) => target !== 'package.json' && !allowed.includes(layerOf(target)),
    )
    t.same(forbidden, [], file)
  }
  t.end()
})

/** Layers, or parts of one, that are divided into rooms. */
const DIVIDED = ['reconciler', 'reconciler/kube', 'schemas', 'server']

for (const part of DIVIDED) {
  t.test(`so do the rooms of ${part}`, (t) => {
    const rooms = new Map<string, Set<string>>()
    for (const file of product) {
      const from = roomIn(part, file)
      if (from === undefined) continue
      const others = importedBy(file)
        .map((target) => roomIn(part, target))
        .filter((room) => room !== undefined)
        .filter((room) => room !== from)
      rooms.set(from, new Set([...(rooms.get(from) ?? []), ...others]))
    }
    t.ok(rooms.size > 3)
    t.strictSame(circular(rooms), [], 'these depend on each other in a circle')
    t.end()
  })
}

t.test('CONTRIBUTING shows every folder, and every room', (t) => {
  const [, map = ''] = CONTRIBUTING.split('## Where things are')
  const [rooms = ''] = map.split('## Where a change goes')
  for (const folder of Object.keys(LAYERS)) t.ok(rooms.includes(`\`${folder}\``), folder)
  for (const part of DIVIDED) {
    const inside = new Set(product.map((file) => roomIn(part, file)).filter((room) => room !== undefined))
    for (const room of inside) t.ok(rooms.includes(`\`${room}\``), `${part}/${room}`)
  }
  t.end()
})

t.test('every file that CONTRIBUTING names is there', (t) => {
  const named = [...CONTRIBUTING.matchAll(/`((?:[\w-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path)
  t.ok(named.length > 20)
  for (const path of named) t.ok(existsSync(join(ROOT, path)), path)
  t.end()
})

t.test('no module imports itself by way of others, not even for a type', (t) => {
  const modules = new Map(product.map((file) => [file, new Set(importedBy(file))]))
  t.strictSame(circular(modules), [], 'these import each other in a circle')
  const made = Object.entries({ a: 'b', b: 'a', c: 'd' }).map(
    ([one, other]) => [one, new Set([other])] as const,
  )
  t.strictSame(circular(new Map(made)), ['a', 'b'])
  t.end()
})

t.test('the rest of the reconciler knows one file of how objects are adopted', (t) => {
  const inside = 'reconciler/adoption/'
  const doors = product
    .filter((file) => !file.startsWith(inside))
    .flatMap((file) => importsOf(file).map((specifier) => normalize(join(dirname(file), specifier))))
    .filter((target) => target.startsWith(inside))
  t.strictSame([...new Set(doors)], [`${inside}index.ts`])
  t.end()
})

t.test('of the reconciler, the exporter knows the API, owners, and how to reach a pod', async (t) => {
  const imported = product.filter((file) => file.startsWith('exporter/')).flatMap(importedBy)
  const strange = /^reconciler\/(?!kube\/|observe\/controller-ref|routers\/dial)/
  t.same(
    imported.filter((file) => strange.test(file)),
    [],
  )
})

t.test('the names of the API, and of labels and annotations, stand in one file', (t) => {
  const naming = product.filter((file) => {
    const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, '')
    return /mcrouter\.example\.com|app\.kubernetes\.io/.test(code)
  })
  t.same(naming, ['schemas/well-known.ts'])
  t.end()
})

t.test('one version of the API is known to its folder and to the table of versions', (t) => {
  for (const file of product.filter((one) => !isOfVersion(one) && one !== 'schemas/versions.ts')) {
    t.same(importedBy(file).filter(isOfVersion), [], file)
  }
  const names = Object.keys(McrouterSpec.properties).filter((name) => name.includes('_'))
  t.ok(names.length > 10)
  const anyName = new RegExp(`(?<![a-z_])(${names.join('|')})(?![a-z_])`, 'g')
  // memcached_exporter calls a metric as v1alpha3 calls a field.
  for (const file of product.filter((one) => !isOfVersion(one) && one !== 'exporter/modules/memcached.ts')) {
    const found = readFileSync(join(ROOT, file), 'utf8').match(anyName) ?? []
    t.same(found, [], `${file} says so through fieldPath, comments included`)
  }
  t.end()
})

t.test("who judges objects takes the versions with the judge of mcrouter's own JSON", (t) => {
  const source = (file: string) => readFileSync(join(ROOT, file), 'utf8')
  const makers = product.filter((file) => /\bversionsWith\b/.test(source(file)))
  t.ok(makers.length > 3)
  t.same(
    makers.filter((file) =>
      /import \{[^}]*\bversionsWith\b[^}]*\} from '[^']*schemas\/versions/.test(source(file)),
    ),
    ['routing/versions.ts'],
  )
  t.end()
})

t.test('a library with an owner is imported by it alone', (t) => {
  for (const file of product) {
    const strangers = importsOf(file).filter((specifier) =>
      OWNERS.some(([library, owner]) => isOf(library, specifier) && !file.startsWith(owner)),
    )
    t.same(strangers, [], file)
  }
  t.end()
})

t.test('only what speaks to the API server, to pods and to callers opens connections', async (t) => {
  // So that no value of a Mcrouter is ever fetched: its images are pulled by the nodes.
  const callers = product.filter((file) => openers(file).length > 0)
  t.same(callers.toSorted(), [
    'copier/port/listen.ts',
    'copier/servers/dial.ts',
    'process/health.ts',
    'reconciler/kube/connection/transport.ts',
    'reconciler/routers/dial.ts',
    'reconciler/scaling/lookup.ts',
    'server/serving/http-server.ts',
  ])
})

t.test('no module starts a process or makes code of text', (t) => {
  for (const file of product) {
    const source = readFileSync(join(ROOT, file), 'utf8')
    t.notMatch(source, /child_process|node:vm|worker_threads|\bnew Function\b|\beval\(/, file)
  }
  t.end()
})

t.test('every module of the product is seen by this test', (t) => {
  t.ok(product.length > 50, `${product.length} modules`)
  t.ok(importsOf('render/engine.ts').some((specifier) => isOf('eta', specifier)))
  t.end()
})

t.test('a file has one subject: a name that says it, and no more lines than one can keep in mind', (t) => {
  for (const file of everything) {
    t.notMatch(file, EMPTY_NAMES)
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length
    const most = file.endsWith('.test.ts') ? MOST_LINES.specification : MOST_LINES.product
    t.ok(lines <= most, `${file} has ${lines} lines`)
  }
  t.end()
})

t.test('nothing is left for later', (t) => {
  // Split, so that this file does not find itself.
  const markers = [
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['XX', 'X'],
  ].map((halves) => halves.join(''))
  for (const file of everything) {
    const words = new Set(readFileSync(join(ROOT, file), 'utf8').split(/\W+/))
    t.same(
      markers.filter((marker) => words.has(marker)),
      [],
      file,
    )
  }
  t.end()
})
