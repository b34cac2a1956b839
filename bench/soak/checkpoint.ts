import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { FIELD_MANAGER } from '../../reconciler/kube/objects.ts'
import { objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import { differences } from '../../reconciler/plan/difference.ts'
import type { OwnedManifest } from '../../reconciler/plan/plan.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Client } from '../../testing/control-plane/client.ts'
import { desiredOf } from './expansion.ts'
import { listOf, mcrouterOf, OURS } from './mirror.ts'
import { statusFaults } from './status.ts'

/** What a full comparison found. */
export interface Findings {
  /** Objects that are not there, or are there without a Mcrouter that wants them. */
  readonly lost: readonly string[]
  /** Fields and statuses that are not as the stored spec has it. */
  readonly wrong: readonly string[]
  /** Objects that were compared. */
  readonly compared: number
}

/** Fields that change by themselves, or with every write. */
const PASSING = ['managedFields', 'resourceVersion', 'generation', 'creationTimestamp']
const AT_A_TIME = 8

/**
 * Compares everything with what `render` makes of the stored specs, at a moment in which nobody writes. Whether an object
 * is as its manifest says is the API server's word, not that of the reconciler's own code: an apply of the manifest,
 * as a dry run, has to change nothing.
 */
export async function checkpoint(client: Client): Promise<Findings> {
  const { objects: stored } = await listOf(client, mcrouters, undefined)
  const lists = await Promise.all([...KINDS.values()].map((one) => listOf(client, one, OURS)))
  const live = new Map(lists.flatMap(({ objects }) => objects).map((object) => [nameOf(object), object]))
  const lost: string[] = []
  const wrong = stored.flatMap(statusFaults)
  const compare = async (manifest: OwnedManifest) => {
    const object = live.get(nameOf(manifest))
    if (object === undefined) lost.push(`${nameOf(manifest)} is not there`)
    else wrong.push(...(await changesOf(client, manifest, object)))
  }
  const manifests = stored.flatMap(desiredOf)
  await inTurns(manifests, compare)
  const wanted = new Set(manifests.map(nameOf))
  for (const [name, object] of live) {
    if (!wanted.has(name)) lost.push(`${name} is left of ${mcrouterOf(object)}`)
  }
  return { lost, wrong, compared: manifests.length }
}

function nameOf({ kind, metadata }: KubeObject | OwnedManifest): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`
}

/** What applying a manifest would change. */
async function changesOf(client: Client, manifest: OwnedManifest, live: KubeObject): Promise<string[]> {
  const resource = KINDS.get(manifest.kind)
  if (resource === undefined) return [`${manifest.kind} is no kind of ours`]
  const path = withQuery(objectPath(resource, manifest.metadata), {
    dryRun: 'All',
    fieldManager: FIELD_MANAGER,
    force: true,
  })
  const contentType = 'application/apply-patch+yaml'
  const { status, body, text } = await client.request('PATCH', path, { body: manifest, contentType })
  if (status !== 200) return [`${nameOf(manifest)}: ${status} ${text.slice(0, 300)}`]
  const [applied, found] = [lasting(body), lasting(live)]
  if (isDeepStrictEqual(applied, found)) return []
  return [`${nameOf(manifest)}: ${differences(applied, found).join(', ')}`]
}

/** Without the status, which others write. */
function lasting({ status: _, ...object }: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(object, (key, value) => (PASSING.includes(key) ? undefined : value)))
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}
