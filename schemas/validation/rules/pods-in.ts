import type { ApiVersion } from '../../api-version.ts'
import type { Field, Settings } from '../../fields.ts'
import type { PodSettings } from '../../mcrouter.ts'

/** Written out: to look up a name that was put together takes longer than all else here. */
const FIELDS = {
  annotations: { ofRouters: 'routers.pod.annotations', ofPool: 'pool.pod.annotations' },
  imagePullSecrets: { ofRouters: 'routers.pod.imagePullSecrets', ofPool: 'pool.pod.imagePullSecrets' },
  labels: { ofRouters: 'routers.pod.labels', ofPool: 'pool.pod.labels' },
  tolerations: { ofRouters: 'routers.pod.tolerations', ofPool: 'pool.pod.tolerations' },
} as const satisfies Partial<Record<keyof PodSettings, Readonly<Record<string, Field>>>>

interface Place<Name extends keyof PodSettings> {
  readonly value: PodSettings[Name]
  readonly path: string
}

/**
 * What is said of the pods of each tier, once where one field of the version says it of several. Lists and maps that are empty,
 * as most are, are left out before a path is made for them: every review comes through here, and there is nothing to say of them.
 */
export function podsIn<Name extends keyof typeof FIELDS>(
  { routers, pools }: Settings,
  name: Name,
  { fieldPath }: ApiVersion,
): Place<Name>[] {
  const places: Place<Name>[] = []
  const add = ({ [name]: value }: PodSettings, field: Field, pool?: number) => {
    if (isEmpty(value)) return
    const path = fieldPath(field, pool)
    if (places.every((place) => place.path !== path)) places.push({ value, path })
  }
  const { ofRouters, ofPool } = FIELDS[name]
  add(routers.pod, ofRouters)
  for (const [index, { pod }] of pools.entries()) add(pod, ofPool, index)
  return places
}

function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}
