export function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

// /api/v1/pods, /apis/apps/v1/namespaces/x/deployments, …: an odd number of names after the version.
export function isCollection(path: string): boolean {
  const parts = path.replace(/^\/apis\/[^/]+\/[^/]+\/|^\/api\/[^/]+\//, '').split('/')
  return parts.length % 2 === 1
}

/** Whether a path, of a collection or an object, is of that resource. */
export function isOf(plural: string, path: string): boolean {
  return path.split('/').includes(plural)
}
