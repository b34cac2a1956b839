import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, dump, load, loadAll } from 'js-yaml'
import { records } from '../../reconciler/observe/untyped.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { findBinaries } from '../../testing/control-plane/binaries.ts'
import { PROGRAMS } from '../../testing/control-plane/release.ts'
import { type CommandResult, run } from '../../testing/process/command.ts'
import { atPath } from '../support/at.ts'

export const CHART = fileURLToPath(new URL('../../charts/mcrouter-operator', import.meta.url))

export type HelmVersion = 3 | 4
export const HELM_VERSIONS: readonly HelmVersion[] = [3, 4]

const binaries = await findBinaries()

/** A copy of the chart with an API of v1alpha3 alone, which nobody converts, and without a short name: as an earlier release has it. */
export async function olderChart(directory: string): Promise<string> {
  const chart = join(directory, 'older-chart')
  await cp(CHART, chart, { recursive: true })
  const file = join(chart, 'files', 'crd-spec.yaml')
  const spec = objectAt({ spec: load(await readFile(file, 'utf8'), { schema: CORE_SCHEMA }) }, 'spec')
  const [first] = records(spec.versions).filter(({ name }) => name === V1ALPHA3.name)
  const names = { ...objectAt(spec, 'names'), shortNames: [] }
  const older = { ...spec, names, versions: [{ ...first, storage: true }] }
  // In the block style of the chart's own file: the template indents it below keys of the same mapping.
  await writeFile(file, dump(older, { schema: CORE_SCHEMA, noRefs: true }))
  const template = join(chart, 'templates', 'crd.yaml')
  const manifest = await readFile(template, 'utf8')
  await writeFile(template, manifest.replace(/^ {2}conversion:\n(?: {4}.*\n)+/m, ''))
  return chart
}

function objectAt(object: unknown, path: string): JsonObject {
  const value = atPath(object, path)
  if (!isJsonObject(value)) throw new Error(`no object at ${path}`)
  return value
}

/** Helm without a cluster. */
export function helm(version: HelmVersion, ...args: string[]): Promise<CommandResult> {
  return run(version === 3 ? binaries.helm3 : binaries.helm, args)
}

/** `helm template`, for the release of Kubernetes that the tests run on: a Helm built by `go build` assumes an old one. */
export function template(version: HelmVersion, ...args: string[]): Promise<CommandResult> {
  return helm(
    version,
    'template',
    'op',
    CHART,
    `--kube-version=${PROGRAMS['kube-apiserver'].version}`,
    ...args,
  )
}

/** What release `op` in namespace `system` would install. */
export async function render(...values: string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await template(4, '--namespace=system', ...values)
  if (code !== 0) throw new Error(stderr)
  return parse(stdout)
}

/** What Helm says after installing. */
export async function notes(...values: string[]): Promise<string> {
  const { code, stdout, stderr } = await helm(4, 'install', 'op', CHART, '--dry-run=client', ...values)
  if (code !== 0) throw new Error(stderr)
  return stdout.slice(stdout.indexOf('\nNOTES:\n'))
}

export interface Manifest extends JsonObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

export function parse(yaml: string): Manifest[] {
  return loadAll(yaml, undefined, { schema: CORE_SCHEMA }).filter(isManifest)
}

function isManifest(value: unknown): value is Manifest {
  return isJsonObject(value) && typeof value.kind === 'string' && isJsonObject(value.metadata)
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind)
}

/** kind/name of each, namespace/kind/name outside of the release's own. */
export function namesOf(manifests: readonly Manifest[]): string[] {
  return manifests.map(({ kind, metadata: { name, namespace } }) =>
    namespace === undefined || namespace === 'system' ? `${kind}/${name}` : `${namespace}/${kind}/${name}`,
  )
}
