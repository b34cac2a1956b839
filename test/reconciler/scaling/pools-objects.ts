import type { Child } from '../../../reconciler/observe/child.ts'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { records } from '../../../reconciler/observe/untyped.ts'
import type { Change, OwnedManifest } from '../../../reconciler/plan/plan.ts'
import { copyOfObject, poolOfObject } from '../../../render/names.ts'
import { at } from '../../support/at.ts'
import { applied } from '../plan/applied.ts'

export const CONFIG_MAP = 'ConfigMap cache-config'
/** Its metadata. */
export const CONFIG = { name: 'cache-config', namespace: 'shop' }

/** An object as the API server has it. */
export interface Stored {
  readonly manifest: OwnedManifest
  readonly version: number
  readonly cached: Child
}

export function isWrite(change: Change): change is Exclude<Change, { action: 'unchanged' | 'wait' }> {
  return change.action !== 'unchanged' && change.action !== 'wait'
}

/** As the caches show it. */
export function cachedObject(manifest: OwnedManifest, version: number, appliedAt: number): Child {
  const child = applied(manifest)
  const published =
    manifest.kind === 'ConfigMap' ? publishedIn({ metadata: CONFIG, data: Object(manifest.data) }) : undefined
  const replicas = Number(at(manifest, 'spec', 'replicas') ?? 0)
  const metadata = { ...child.metadata, resourceVersion: `${version}` }
  const status = { replicas, availableReplicas: replicas, updatedReplicas: replicas }
  return { ...child, metadata, appliedAt, replicas, status, published }
}

/** Somebody else has written its data. */
export function spoilt({ cached, ...object }: Stored): Stored {
  const { data: _, ...owned } = cached.owned
  return { ...object, cached: { ...cached, owned, published: undefined } }
}

/** Each with its pool, and with the copy that it is of where that is in a zone. */
export function statefulSetsIn(objects: Iterable<Stored>) {
  return [...objects].flatMap(({ manifest }) => {
    const pool = manifest.kind === 'StatefulSet' ? poolOfObject({ name: 'cache' }, manifest) : undefined
    const copy = copyOfObject({ name: 'cache' }, manifest)
    const { name } = manifest.metadata
    const replicas = Number(at(manifest, 'spec', 'replicas'))
    const [container] = records(at(manifest, 'spec', 'template', 'spec', 'containers'))
    const [port] = records(container?.ports).map(({ containerPort }) => Number(containerPort))
    return pool === undefined ? [] : [{ pool, copy, name, replicas, port: port ?? 0 }]
  })
}

/** Names of the Deployments. */
export function deploymentsIn(objects: Iterable<Stored>): string[] {
  return [...objects].flatMap(({ manifest: { kind, metadata } }) =>
    kind === 'Deployment' ? [metadata.name] : [],
  )
}
