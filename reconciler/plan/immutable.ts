import { isDeepStrictEqual } from 'node:util'
import { KINDS } from '../../render/kinds.ts'
import type { Manifest } from '../../render/rendering.ts'
import type { KubeObject } from '../kube/api.ts'
import { record } from '../observe/untyped.ts'

/** @param path of a difference, such as `spec.selector.matchLabels.app` */
export function isImmutable(kind: string, path: string): boolean {
  return fieldsOf(kind).some(
    (field) =>
      path === `spec.${field}` || path.startsWith(`spec.${field}.`) || path.startsWith(`spec.${field}[`),
  )
}

/** Whether an object has to be made anew to become what the manifest says: they differ in an immutable field. */
export function needsNewObject({ kind, spec }: Manifest, live: KubeObject): boolean {
  const wanted = record(spec)
  return fieldsOf(kind).some((field) => {
    const [here, there] = [live.spec?.[field], wanted[field]]
    // The API server gives a Service an address of its own: it matters only whether it has one.
    if (field === 'clusterIP') return (here === 'None') !== (there === 'None')
    return !isDeepStrictEqual(here, there)
  })
}

function fieldsOf(kind: string): readonly string[] {
  return KINDS.get(kind)?.immutable ?? []
}
