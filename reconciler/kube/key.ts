import type { KubeObject, ObjectKey } from './api.ts'

/** `namespace/name`, or `name` for a cluster-scoped object, as `kubectl` and client-go's caches write it. */
export function keyText(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`
}

/** The inverse of {@link keyText}; neither part can contain a slash. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

export function keyOf(object: { readonly metadata: KubeObject['metadata'] }): ObjectKey {
  const { namespace, name } = object.metadata
  return namespace === undefined ? { name } : { namespace, name }
}
