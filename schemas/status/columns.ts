/** A column of `kubectl get mcr` (apiextensions.k8s.io/v1 CustomResourceColumnDefinition). */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'date'
  readonly jsonPath: string
  readonly description: string
  /** 1: under `-o wide` only. */
  readonly priority?: 1
}

/** @param jsonPath from the root of the object */
export function column(
  name: string,
  jsonPath: string,
  description: string,
  more: Partial<Pick<Column, 'type' | 'priority'>> = {},
): Column {
  return { name, type: 'string', jsonPath, description, ...more }
}

/** What every version has. */
export const STATUS_COLUMNS: readonly Column[] = [
  column('Servers', '.status.ready.servers', 'Ready and wanted memcached servers'),
  column('Routers', '.status.ready.routers', 'Ready and wanted routers'),
  column(
    'Available',
    '.status.conditions[?(@.type=="Available")].status',
    'Every key can be read and written',
  ),
  column('Ready', '.status.conditions[?(@.type=="Ready")].status', 'All is as the spec wants it'),
  column(
    'Reason',
    '.status.conditions[?(@.type=="Ready")].reason',
    'Why it is not Ready: docs/reference.md says what to do about each',
  ),
  column('Age', '.metadata.creationTimestamp', 'Time since it was created', { type: 'date' }),
  column('Endpoint', '.status.endpoint', 'Where clients connect', { priority: 1 }),
  column('Digest', '.status.config.digest', "md5 of mcrouter's configuration", { priority: 1 }),
]
