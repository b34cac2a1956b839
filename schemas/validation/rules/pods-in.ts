import type { ApiVersion } from '../../api-version.ts'
import type { Settings } from '../../fields.ts'
import type { PodSettings } from '../../mcrouter.ts'

interface Place<Name extends keyof PodSettings> {
  readonly value: PodSettings[Name]
  readonly path: string
}

/** What is said of the pods of each tier, once where one field of the version says it of several. */
export function podsIn<Name extends keyof PodSettings>(
  { routers, pools }: Settings,
  name: Name,
  { fieldPath }: ApiVersion,
): Place<Name>[] {
  const places = new Map<string, Place<Name>>()
  const add = (pod: PodSettings, path: string) => places.set(path, { value: pod[name], path })
  add(routers.pod, fieldPath(`routers.pod.${name}`))
  for (const [index, { pod }] of pools.entries()) add(pod, fieldPath(`pool.pod.${name}`, index))
  return [...places.values()]
}
