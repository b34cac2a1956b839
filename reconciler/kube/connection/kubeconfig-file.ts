import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CORE_SCHEMA, load } from 'js-yaml'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'

/** What a kubeconfig says, by name. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly currentContext: string
  readonly contexts: ReadonlyMap<string, JsonObject>
  readonly clusters: ReadonlyMap<string, JsonObject>
  readonly users: ReadonlyMap<string, JsonObject>
}

/** Settings that name a file, relative to the kubeconfig that has them. */
const FILES = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

/**
 * The kubeconfigs as one, as kubectl merges them: of two entries with one name the first counts.
 *
 * @throws Error that names the file
 */
export async function readKubeconfigs(files: readonly string[]): Promise<Kubeconfig> {
  const contexts = new Map<string, JsonObject>()
  const clusters = new Map<string, JsonObject>()
  const users = new Map<string, JsonObject>()
  let currentContext = ''
  for (const file of files) {
    const config = await readOne(file)
    const current = config['current-context']
    if (currentContext === '' && typeof current === 'string') currentContext = current
    collect(contexts, config.contexts, 'context', file)
    collect(clusters, config.clusters, 'cluster', file)
    collect(users, config.users, 'user', file)
  }
  return { currentContext, contexts, clusters, users }
}

async function readOne(file: string): Promise<JsonObject> {
  try {
    const value: unknown = load(await readFile(file, 'utf8'), { schema: CORE_SCHEMA })
    if (isJsonObject(value)) return value
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`cannot read the kubeconfig ${file}: ${why}`, { cause })
  }
  throw new Error(`cannot read the kubeconfig ${file}: it is not a mapping`)
}

function collect(into: Map<string, JsonObject>, list: unknown, kind: string, file: string): void {
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isJsonObject(entry) || typeof entry.name !== 'string' || into.has(entry.name)) continue
    const settings = entry[kind]
    into.set(entry.name, isJsonObject(settings) ? absolute(settings, dirname(file)) : {})
  }
}

function absolute(settings: JsonObject, directory: string): JsonObject {
  const entries = Object.entries(settings).map(([name, value]) =>
    FILES.includes(name) && typeof value === 'string' ? [name, resolve(directory, value)] : [name, value],
  )
  return Object.fromEntries(entries)
}
