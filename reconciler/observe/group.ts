import { INSTANCE_LABEL } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import { keyText } from '../kube/object.ts'

/** No name has such a character. */
const FINISHED = ' finished'

/** The key, `namespace/name`, of the Mcrouter that an object was made for; undefined when it bears no such label. */
export function groupOf(object: KubeObject): string | undefined {
  const { namespace, labels } = object.metadata
  const name = labels?.[INSTANCE_LABEL]
  return namespace === undefined || name === undefined ? undefined : keyText({ namespace, name })
}

/** The same of a pod; those that have finished are apart, since they only wait to be collected, thousands of them at times. */
export function podGroupOf(pod: KubeObject): string | undefined {
  const group = groupOf(pod)
  return group !== undefined && isFinished(pod) ? finishedOf(group) : group
}

/** Group of the pods of a Mcrouter that have finished. */
export function finishedOf(mcrouter: string): string {
  return `${mcrouter}${FINISHED}`
}

/** Key of the Mcrouter of a group. */
export function mcrouterOf(group: string): string {
  return group.endsWith(FINISHED) ? group.slice(0, -FINISHED.length) : group
}

function isFinished({ status }: KubeObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}
