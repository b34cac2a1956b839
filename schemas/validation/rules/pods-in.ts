import type { ApiVersion } from '../../api-version.ts'
import type { Field, Settings } from '../../fields.ts'
import type { PodSettings } from '../../mcrouter.ts'

interface Place<Name extends keyof PodSettings> {
  readonly value: PodSettings[Name]
  readonly path: string
}

/**
 * What is said of the pods of each tier, once where one field of the version says it of several. Lists and maps that are empty,
 * as most are, are left out before a path is made for them: every review comes through here, and there is nothing to say of them.
 */
export function podsIn<Name extends 'annotations' | 'imagePullSecrets' | 'labels' | 'tolerations'>(
  { routers, pools }: Settings,
  name: Name,
  { fieldPath }: ApiVersion,
): Place<Name>[] {
  const places = new Map<string, Place<Name>>()
  const add = (pod: PodSettings, field: Field, pool?: number) => {
    const value = pod[name]
    if (isEmpty(value)) return
    const path = fieldPath(field, pool)
    places.set(path, { value, path })
  }
  add(routers.pod, `routers.pod.${name}`)
  for (const [index, { pod }] of pools.entries()) add(pod, `pool.pod.${name}`, index)
  return [...places.values()]
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false
  return true
}
