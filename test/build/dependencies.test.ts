import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { dependenciesIn, FITTING, LICENCES_FILE, licences, lockedDependencies } from '../../build/licences.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { objects } from '../../testing/kubelet/pod-status.ts'
import { run } from '../../testing/process/command.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const dependencies = lockedDependencies()
const production = dependencies.filter((dependency) => dependency.production)

t.test('every production dependency is under a licence that fits distribution under MIT', async (t) => {
  t.ok(production.length > 50, `${production.length} packages`)
  const unfit = production.filter(({ licence }) => !FITTING.has(licence))
  t.strictSame(unfit, [])
})

t.test('the list of licences is what the lock file says', async (t) => {
  t.equal(readFileSync(LICENCES_FILE, 'utf8'), licences(dependencies), 'run "npm run generate"')
})

t.test('what is under an unknown licence is found', async (t) => {
  const lock = {
    packages: { '': {}, 'node_modules/a/node_modules/@b/c': { version: '1.0.0', license: 'AGPL-3.0' } },
  }
  const [found] = dependenciesIn(JSON.stringify(lock))
  t.match(found, { name: '@b/c', version: '1.0.0', licence: 'AGPL-3.0', production: true })
  t.notOk(FITTING.has('AGPL-3.0'))
  t.throws(() => dependenciesIn('{}'), /no packages/)
})

t.test('no production dependency runs a script when it is installed', async (t) => {
  t.strictSame(
    production.filter(({ installScript }) => installScript),
    [],
  )
  // The image is built without any; these two bring the program of one platform as a package.
  const scripted = dependencies.filter(({ installScript }) => installScript).map(({ name }) => name)
  t.strictSame(scripted.toSorted(), ['esbuild', 'node'])
  t.match(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'), /npm ci --ignore-scripts/)
})

t.test(
  'the bill of materials has every production dependency, and says which others are for development',
  async (t) => {
    // npm sbom --omit=dev leaves out what a development dependency needs as well, such as yaml.
    const { code, stdout, stderr } = await run('npm', ['run', '--silent', 'sbom'], { cwd: ROOT })
    t.equal(code, 0, stderr)
    const { bomFormat, components } = JSON.parse(stdout)
    t.equal(bomFormat, 'CycloneDX')
    const listed = new Map<unknown, string>(
      objects(components).map(({ purl, properties }) => [purl, JSON.stringify(properties)]),
    )
    for (const { name, version } of production) {
      t.notMatch(listed.get(purlOf(name, version)) ?? 'absent', /absent|development/, `${name} ${version}`)
    }
    t.match(listed.get(purlOf('tap', versionOf('tap'))), /"cdx:npm:package:development","value":"true"/)
  },
)

t.test('every package is pinned by its digest', async (t) => {
  t.strictSame(
    dependencies.filter(({ integrity }) => !integrity.startsWith('sha512-')),
    [],
  )
})

const declared = Object.keys(packageJson.dependencies)

t.test('what the product imports is a production dependency, and nothing else is', async (t) => {
  const product = '{text,schemas,routing,render,server,reconciler,certs,cli,process,bin}/**/*.{ts,js}'
  const imported = importsOf(globSync(product, { cwd: ROOT }))
  t.ok(imported.includes('fastify'))
  t.strictSame(imported, declared.toSorted())
})

t.test('what its tests and tools import is declared', async (t) => {
  const imported = importsOf(globSync('{test,testing,bench,build,demo}/**/*.ts', { cwd: ROOT }))
  const all = [...declared, ...Object.keys(packageJson.devDependencies)]
  t.strictSame(
    imported.filter((name) => !all.includes(name)),
    [],
  )
})

/** https://github.com/package-url/purl-spec: the @ of a scope is escaped. */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function versionOf(name: string): string {
  return dependencies.find((dependency) => dependency.name === name)?.version ?? ''
}

/** The packages that modules import, each once, in order. */
function importsOf(files: readonly string[]): string[] {
  const pattern =
    /^(?:import|export)\b[^'"]*?\bfrom '([^'.][^']*)'|^import '([^'.][^']*)'|\bimport\('([^'.][^']*)'/gm
  const specifiers = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(
      (match) => match[1] ?? match[2] ?? match[3] ?? '',
    ),
  )
  const packages = specifiers
    .filter((specifier) => !isBuiltin(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  return [...new Set(packages)].toSorted()
}
