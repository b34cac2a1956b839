import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiVersion } from '../api-version.ts'
import { VERSIONS } from '../versions.ts'
import { OperatorValues } from './chart-values.ts'
import { isCompleteModule, specErrorsModule, validatorsModule, validatorTypes } from './compile.ts'
import { definitionSpecFile } from './crd.ts'
import { reference, referenceFile } from './reference.ts'

// Writes every file that is made from the schemas: `node schemas/generate/main.ts`. With --check it writes nothing, names those
// that differ from what is committed and ends with 1.

interface GeneratedFile {
  /** From the root of the project. */
  readonly path: string
  readonly text: () => string
}

const FILES: readonly GeneratedFile[] = [
  { path: 'charts/mcrouter-operator/files/crd-spec.yaml', text: definitionSpecFile },
  { path: 'charts/mcrouter-operator/values.schema.json', text: valuesSchema },
  ...Object.values(VERSIONS).map((version) => ({
    path: referenceFile(version),
    text: () => reference(version),
  })),
  { path: 'schemas/generated/validators.ts', text: () => validatorsModule(VERSIONS) },
  ...Object.values(VERSIONS).flatMap(validatorsOf),
]

function validatorsOf(version: ApiVersion): GeneratedFile[] {
  const folder = `schemas/generated/${version.name}`
  const types = () => validatorTypes(version)
  return [
    { path: `${folder}/is-complete-spec.d.ts`, text: types },
    { path: `${folder}/is-complete-spec.js`, text: () => isCompleteModule(version) },
    { path: `${folder}/spec-errors.d.ts`, text: types },
    { path: `${folder}/spec-errors.js`, text: () => specErrorsModule(version) },
  ]
}

function valuesSchema(): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...OperatorValues }
  return `${JSON.stringify(schema, null, 2)}\n`
}

if (process.argv.includes('--check')) await check()
else await generate()

async function check(): Promise<void> {
  const stale: string[] = []
  for (const { path, text } of FILES) {
    if ((await committed(path)) !== text()) stale.push(path)
  }
  if (stale.length === 0) return
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate" and commit what it writes.`)
  process.exitCode = 1
}

async function committed(path: string): Promise<string | undefined> {
  try {
    return await readFile(absolute(path), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function generate(): Promise<void> {
  for (const { path, text } of FILES) {
    await mkdir(dirname(absolute(path)), { recursive: true })
    await writeFile(absolute(path), text())
  }
}

function absolute(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
