import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isJsonObject } from '../schemas/json.ts'
import { writeOrCheck } from './generated.ts'

// Writes docs/licences.md from package-lock.json: `node build/licences.ts`. With --check it writes nothing and ends with 1
// when the file differs, or a licence is not one of those that fit.

export const LICENCES_FILE = fileURLToPath(new URL('../docs/licences.md', import.meta.url))
const LOCK_FILE = fileURLToPath(new URL('../package-lock.json', import.meta.url))

/** SPDX names of licences under which a part may be given on within a work under MIT: none asks for the same in return. */
export const FITTING: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
])

/** A package that the lock file pins. */
export interface Dependency {
  readonly name: string
  readonly version: string
  /** As its package.json says; empty when it says nothing. */
  readonly licence: string
  /** npm would run a script of it at installation. */
  readonly installScript: boolean
  /** Digest of what is downloaded; empty for none. */
  readonly integrity: string
  readonly production: boolean
}

/** @throws when the text is not a lock file of npm 7 or newer */
export function dependenciesIn(lock: string): Dependency[] {
  const parsed: unknown = JSON.parse(lock)
  if (!isJsonObject(parsed) || !isJsonObject(parsed.packages))
    throw new Error('package-lock.json has no packages')
  return Object.entries(parsed.packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => dependencyOf(path, entry))
}

function dependencyOf(path: string, entry: unknown): Dependency {
  if (!isJsonObject(entry)) throw new Error(`package-lock.json: ${path} is no object`)
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: text(entry.version),
    licence: text(entry.license),
    installScript: entry.hasInstallScript === true,
    integrity: text(entry.integrity),
    production: entry.dev !== true && entry.devOptional !== true,
  }
}

export function lockedDependencies(): Dependency[] {
  return dependenciesIn(readFileSync(LOCK_FILE, 'utf8'))
}

/** The text of docs/licences.md. */
export function licences(dependencies: readonly Dependency[]): string {
  const production = dependencies.filter((dependency) => dependency.production)
  const byLicence = Object.entries(Object.groupBy(production, ({ licence }) => licence))
  const sections = byLicence
    .toSorted(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([licence, group = []]) => `## ${licence} (${group.length})\n\n${listOf(group)}\n`)
  return `<!-- Generated from package-lock.json by build/licences.ts: run "npm run generate". -->
# Licences of the production dependencies

mcrouter-operator is under the [MIT licence](../LICENSE). These ${production.length} packages are its production dependencies,
direct and indirect; the image contains the part of them that the bundle uses, with their licences in
\`dist/THIRD-PARTY-LICENSES.txt\`. All may be redistributed within a work under MIT.

${sections.join('\n')}`
}

function listOf(dependencies: readonly Dependency[]): string {
  const lines = dependencies.map(({ name, version }) => `- ${name} ${version}`)
  return [...new Set(lines)].toSorted((one, other) => one.localeCompare(other, 'en')).join('\n')
}

if (import.meta.main) {
  const dependencies = lockedDependencies()
  if (process.argv.includes('--check')) checkLicences(dependencies)
  writeOrCheck(LICENCES_FILE, licences(dependencies))
}

function checkLicences(dependencies: readonly Dependency[]): void {
  const unfit = dependencies.filter(({ production, licence }) => production && !FITTING.has(licence))
  for (const { name, version, licence } of unfit) {
    console.error(
      `${name} ${version} is under "${licence}", which build/licences.ts does not know to fit: replace it.`,
    )
  }
  if (unfit.length > 0) process.exitCode = 1
}
